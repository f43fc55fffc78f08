using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Identity;

/// <summary>Names the record of a person. No address is a record's id. Contract device-profile TM-1.</summary>
public readonly record struct PersonId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>A person's record in a tenant: one address, and whatever is linked to it.</summary>
/// <param name="Id">Its own id.</param>
/// <param name="Jid">The address that it was made for.</param>
/// <param name="CreatedAt">When the address was first seen.</param>
/// <param name="Root">The record that speaks for all linked ones: itself when nothing is linked.</param>
public sealed record PersonRecord(PersonId Id, Jid Jid, DateTimeOffset CreatedAt, PersonId Root);

/// <summary>What proved that two addresses belong to one person. The numbers are stored. TM-5: a new one changes the contract.</summary>
public enum LinkSignal
{
    /// <summary>A token was sent to the phone number, and the person returned it.</summary>
    TokenReply = 0,

    /// <summary>A named person decided.</summary>
    Operator = 1,
}

/// <summary>A link to be made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Phone">Address by phone number.</param>
/// <param name="Lid">Address by LID.</param>
/// <param name="Signal">What proved it.</param>
/// <param name="Evidence">Reference to the evidence, in the caller's own words; at most 500 characters.</param>
/// <param name="RecordedBy">The user who recorded it.</param>
/// <param name="At">When.</param>
public sealed record NewLink(Guid Id, Jid Phone, Jid Lid, LinkSignal Signal, string? Evidence, string RecordedBy, DateTimeOffset At);

/// <summary>A link between two records, with its start and, perhaps, its end.</summary>
/// <param name="Link">How it was made.</param>
/// <param name="Left">Record of the phone number.</param>
/// <param name="Right">Record of the LID.</param>
/// <param name="EndedAt">When it was undone.</param>
public sealed record PersonLink(NewLink Link, PersonId Left, PersonId Right, DateTimeOffset? EndedAt);

/// <summary>What came of linking.</summary>
public abstract record LinkResult
{
    private LinkResult()
    {
    }

    /// <summary>It is made, or was there already.</summary>
    public sealed record Linked(PersonLink Link) : LinkResult;

    /// <summary>One of the addresses is linked to another record; nothing was changed. TM-7.</summary>
    /// <param name="Existing">The links that are in the way.</param>
    public sealed record Conflict(IReadOnlyList<PersonLink> Existing) : LinkResult;
}

/// <summary>A verification that was opened: the caller's own system sends the token and reports the reply. TM-6.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Device">The device it is bound to.</param>
/// <param name="Phone">Address by phone number.</param>
/// <param name="Lid">Address by LID.</param>
/// <param name="TokenHash">Keyed hash of the token.</param>
/// <param name="ExpiresAt">When it is over.</param>
/// <param name="TriesLeft">Wrong tries that are left.</param>
/// <param name="UsedAt">When it was used.</param>
public sealed record Verification(
    Guid Id, DeviceId Device, Jid Phone, Jid Lid, ReadOnlyMemory<byte> TokenHash, DateTimeOffset ExpiresAt, int TriesLeft, DateTimeOffset? UsedAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"Verification {Id}";
}
