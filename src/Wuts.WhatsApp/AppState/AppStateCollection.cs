using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// The five app-state collections, in the order in which the official client asks for them. Sync section 3.1.
/// </summary>
/// <remarks>The numbers may be stored: they do not change, and new members are appended.</remarks>
public enum AppStateCollection
{
    /// <summary><c>critical_block</c>: own push name and locale.</summary>
    CriticalBlock = 0,

    /// <summary><c>critical_unblock_low</c>: the address book.</summary>
    CriticalUnblockLow = 1,

    /// <summary><c>regular_high</c>: mutes, favourites, the client-token salt.</summary>
    RegularHigh = 2,

    /// <summary><c>regular_low</c>: pins, archive, contacts from other apps.</summary>
    RegularLow = 3,

    /// <summary><c>regular</c>: phone numbers of LID chats, labels.</summary>
    Regular = 4,
}

/// <summary>Names of the collections on the wire.</summary>
public static class AppStateCollections
{
    private static readonly string[] Names = ["critical_block", "critical_unblock_low", "regular_high", "regular_low", "regular"];

    /// <summary>All collections in the order in which they are requested.</summary>
    public static IReadOnlyList<AppStateCollection> All { get; } = Enum.GetValues<AppStateCollection>();

    /// <summary>The name on the wire, which also goes into the MACs.</summary>
    public static string WireName(this AppStateCollection collection) => Names[(int)collection];

    /// <summary>The name on the wire as the bytes that go into the MACs.</summary>
    internal static ReadOnlySpan<byte> WireNameBytes(this AppStateCollection collection) => collection switch
    {
        AppStateCollection.CriticalBlock => "critical_block"u8,
        AppStateCollection.CriticalUnblockLow => "critical_unblock_low"u8,
        AppStateCollection.RegularHigh => "regular_high"u8,
        AppStateCollection.RegularLow => "regular_low"u8,
        AppStateCollection.Regular => "regular"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(collection)),
    };

    /// <summary>Finds the collection with a wire name; servers may know collections that this library does not.</summary>
    public static bool TryParse([NotNullWhen(true)] string? wireName, out AppStateCollection collection)
    {
        var index = Array.IndexOf(Names, wireName);
        collection = (AppStateCollection)Math.Max(index, 0);
        return index >= 0;
    }
}
