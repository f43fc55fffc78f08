using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>A chat as it stands in a phone's history. Sync section 2.3.</summary>
/// <param name="Jid">Its address: a person by LID or number, or a group.</param>
/// <param name="Title">How the phone titles it.</param>
public sealed record HistoryChat(Jid Jid, string? Title = null)
{
    /// <summary>The person's other address: the number of a LID, the LID of a number.</summary>
    public Jid? Alternative { get; init; }

    /// <summary>The person's user name.</summary>
    public string? Username { get; init; }

    /// <summary>The name in the headers of what others wrote.</summary>
    public string? PushName { get; init; }

    /// <summary>The name of the business in the headers of what others wrote.</summary>
    public string? BusinessName { get; init; }

    /// <summary>The token by which the person trusts the account; empty is none.</summary>
    public ReadOnlyMemory<byte> Token { get; init; }

    /// <summary>When the person gave the token.</summary>
    public DateTimeOffset? TokenIssuedAt { get; init; }

    /// <summary>The address that the chat had before the person changed the number.</summary>
    public Jid? MovedFrom { get; init; }

    /// <summary>The address that the chat has now.</summary>
    public Jid? MovedTo { get; init; }

    /// <summary>The members of a group.</summary>
    public IReadOnlyList<Jid> Participants { get; init; } = [];

    /// <summary>Whether no property of the chat gives the person's number, so that only receipts of old messages do.</summary>
    public bool PairOnlyInReceipts { get; init; }
}

/// <summary>Somebody who is no longer in a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Person">Who it was.</param>
/// <param name="WasRemoved">Whether others removed them; otherwise they left.</param>
/// <param name="At">When.</param>
public sealed record PastMember(Jid Group, Jid Person, bool WasRemoved, DateTimeOffset At);
