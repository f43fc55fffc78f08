using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Core.Identity;

/// <summary>Whose identity is asked for.</summary>
public sealed record ResolveRequest
{
    /// <summary>The addresses, at most 160, without device parts.</summary>
    public required IReadOnlyList<Jid> Jids { get; init; }

    /// <summary>A group whose member list is a further source.</summary>
    public Jid? Group { get; init; }

    /// <summary>Whether the answer says where each pair comes from, and its history.</summary>
    public bool Explain { get; init; }

    /// <summary>Whether what is not stored is looked up at WhatsApp.</summary>
    public bool LookUp { get; init; } = true;
}

/// <summary>What is known about one address: both forms, and the names.</summary>
/// <param name="Asked">The address that was asked.</param>
/// <param name="Phone">By phone number, when known.</param>
/// <param name="Lid">By LID, when known.</param>
public sealed record Resolution(Jid Asked, Jid? Phone, Jid? Lid)
{
    /// <summary>The names that are stored under either address.</summary>
    public string? FirstName { get; init; }

    /// <summary>See <see cref="FirstName"/>.</summary>
    public string? FullName { get; init; }

    /// <summary>See <see cref="FirstName"/>.</summary>
    public string? PushName { get; init; }

    /// <summary>See <see cref="FirstName"/>.</summary>
    public string? BusinessName { get; init; }

    /// <summary>With <see cref="ResolveRequest.Explain"/>: the pairs of this address now and before, the present one first.</summary>
    public IReadOnlyList<PairHistory> History { get; init; } = [];

    /// <summary>Values are personal.</summary>
    public override string ToString() => nameof(Resolution);
}

/// <summary>A pair of addresses with what it rests on.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Source">The best source that showed it.</param>
/// <param name="FirstSeen">When it was first seen.</param>
/// <param name="LastSeen">When it was last seen.</param>
/// <param name="EndedAt">When it stopped to hold; <see langword="null"/> for the one that holds.</param>
public sealed record PairHistory(
    AddressPair Pair, ObservationSource Source, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, DateTimeOffset? EndedAt);

/// <summary>Some of the pairs of an account.</summary>
/// <param name="Pairs">Ordered by LID, ordinal.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record PairPage(IReadOnlyList<AddressPair> Pairs, int Total);
