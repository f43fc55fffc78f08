using System.Text;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.AppState;

/// <summary>One entry of a collection as the phone knows it: readable, and how it is stored encrypted.</summary>
internal sealed class PhoneRecord
{
    /// <summary>The JSON array that names the entry.</summary>
    public required string Index { get; init; }

    public required SyncActionValue Value { get; init; }

    /// <summary>Schema version of the action.</summary>
    public required int ActionVersion { get; init; }

    /// <summary>The key under which the record is stored; <c>default</c> before the collection was first uploaded.</summary>
    public AppStateKeyId KeyId { get; set; }

    /// <summary>The name of the stored record.</summary>
    public AppStateMac IndexMac { get; set; }

    /// <summary>What the stored record adds to the hash of the collection.</summary>
    public AppStateMac ValueMac { get; set; }

    /// <summary>The record of the same entry under an older key that nobody has removed yet.</summary>
    public PhoneRecord? Older { get; set; }

    public byte[] IndexBytes => Encoding.UTF8.GetBytes(Index);

    /// <summary>The record and those of the same entry under older keys.</summary>
    public IEnumerable<PhoneRecord> Chain()
    {
        for (var record = this; record is not null; record = record.Older)
        {
            yield return record;
        }
    }
}

/// <summary>A change of one entry; without a value the entry is removed.</summary>
internal readonly record struct PhoneEdit(string Index, SyncActionValue? Value, int ActionVersion)
{
    /// <summary>The index of an action.</summary>
    public static string IndexOf(params ReadOnlySpan<string> parts) => Encoding.UTF8.GetString(AppStateIndex.Write(parts));
}
