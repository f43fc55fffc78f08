using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Identity;

/// <summary>What came of confirming a verification, or of an operator's decision.</summary>
public abstract record LinkOutcome
{
    private LinkOutcome()
    {
    }

    /// <summary>The two addresses are one person from now on, or were before.</summary>
    public sealed record Linked(PersonLink Link) : LinkOutcome;

    /// <summary>One of the addresses is linked elsewhere: a person has to decide. Nothing was changed. TM-7.</summary>
    /// <param name="Existing">The links that are in the way.</param>
    public sealed record Conflict(IReadOnlyList<PersonLink> Existing) : LinkOutcome;

    /// <summary>The token is not the one.</summary>
    /// <param name="TriesLeft">How many more may be tried.</param>
    public sealed record WrongToken(int TriesLeft) : LinkOutcome;

    /// <summary>There is no such verification in the tenant, or it belongs to another device.</summary>
    public sealed record NoVerification : LinkOutcome;

    /// <summary>It was used, has expired, or had too many wrong tries.</summary>
    public sealed record VerificationOver : LinkOutcome;
}

/// <summary>In which form a token is made.</summary>
public enum TokenForm
{
    /// <summary>8 characters that are easy to type and to read out.</summary>
    Code,

    /// <summary>128 bits, to be sent as a link.</summary>
    Long,
}

/// <summary>A verification that was just opened. The token is here and nowhere else.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Device">The device it is bound to.</param>
/// <param name="Phone">Address by phone number.</param>
/// <param name="Lid">Address by LID.</param>
/// <param name="Token">To be sent to the phone number. A secret.</param>
/// <param name="ExpiresAt">When it is over.</param>
/// <param name="Tries">How often the token may be tried.</param>
public sealed record OpenedVerification(
    Guid Id, DeviceId Device, Jid Phone, Jid Lid, string Token, DateTimeOffset ExpiresAt, int Tries)
{
    /// <inheritdoc/>
    public override string ToString() => $"Verification {Id}";
}

/// <summary>A person as the links say: one record, or several that are linked.</summary>
/// <param name="Record">The record of the address that was asked for.</param>
/// <param name="Aliases">All addresses of the person, that one first.</param>
/// <param name="Links">The links of the record, present and past, the newest first.</param>
public sealed record Person(PersonRecord Record, IReadOnlyList<Jid> Aliases, IReadOnlyList<PersonLink> Links)
{
    /// <inheritdoc/>
    public override string ToString() => $"Person {Record.Id}";
}
