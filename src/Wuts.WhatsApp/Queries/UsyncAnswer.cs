using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>The answer to a user query. Sync section 4.2.</summary>
/// <param name="Users">
/// What was said about people. Somebody who was asked about and is missing here was not answered for;
/// that does not mean "not registered".
/// </param>
/// <param name="ProtocolErrors">Questions that failed for everybody; respect the back-off before asking one again.</param>
/// <param name="Refresh">After how long a question is worth asking again, where the server said so.</param>
public sealed record UsyncAnswer(
    IReadOnlyList<UsyncUser> Users,
    IReadOnlyDictionary<UsyncProtocol, QueryError> ProtocolErrors,
    IReadOnlyDictionary<UsyncProtocol, TimeSpan> Refresh)
{
    /// <summary>Finds the user by the phone number that was asked; numbers are matched by the echo, as the JID may differ.</summary>
    public UsyncUser? ByPhone(PhoneNumber phone)
    {
        var asked = phone.ToString();
        return Users.FirstOrDefault(u => u.AskedText is { } text && text.AsSpan().TrimStart('+').SequenceEqual(asked));
    }

    /// <summary>Finds the user by either address.</summary>
    public UsyncUser? ByJid(Jid jid) => Users.FirstOrDefault(u => u.PhoneJid == jid || u.LidJid == jid);
}

/// <summary>What a user query learned about one person; every part that was not answered is <see langword="null"/>.</summary>
public sealed record UsyncUser
{
    /// <summary>Address by phone number, from whichever part of the answer carried it.</summary>
    public Jid? PhoneJid { get; init; }

    /// <summary>Address by LID, from whichever part of the answer carried it.</summary>
    public Jid? LidJid { get; init; }

    /// <summary>The text that was asked, as the server echoes it (<c>+491700000001</c>).</summary>
    public string? AskedText { get; init; }

    /// <summary>Whether the number or user name is registered.</summary>
    public UsyncRegistration? Registration { get; init; }

    /// <summary>The "about" text.</summary>
    public UsyncAbout? About { get; init; }

    /// <summary>The picture id.</summary>
    public UsyncPicture? Picture { get; init; }

    /// <summary>The device list.</summary>
    public UsyncDevices? Devices { get; init; }

    /// <summary>Whether the answer has a business part, so that there may be a business profile, with or without a verified name.</summary>
    public bool IsBusiness { get; init; }

    /// <summary>The verified business name; <see langword="null"/> also for people who are not a business.</summary>
    public VerifiedName? VerifiedName { get; init; }

    /// <summary>The user name, without any prefix.</summary>
    public string? Username { get; init; }

    /// <summary>Default timer of disappearing messages; zero is "off".</summary>
    public TimeSpan? DisappearingTimer { get; init; }

    /// <summary>Parts that failed for this person only.</summary>
    public IReadOnlyDictionary<UsyncProtocol, QueryError> Errors { get; init; } = EmptyErrors;

    private static readonly IReadOnlyDictionary<UsyncProtocol, QueryError> EmptyErrors =
        new Dictionary<UsyncProtocol, QueryError>();
}

/// <summary>Whether a number or user name belongs to an account.</summary>
public enum UsyncRegistration
{
    /// <summary>It does.</summary>
    Registered,

    /// <summary>It does not.</summary>
    NotRegistered,

    /// <summary>It is not a phone number.</summary>
    Invalid,
}

/// <summary>What is known about an "about" text: hidden is not the same as empty.</summary>
public abstract record UsyncAbout
{
    private UsyncAbout()
    {
    }

    /// <summary>The text, which may be empty, and when it was set, if the server says so.</summary>
    public sealed record Text(string Value, DateTimeOffset? SetAt) : UsyncAbout;

    /// <summary>Privacy hides it from this account.</summary>
    public sealed record Hidden : UsyncAbout;
}

/// <summary>What a user query says about a picture; fetching it is another query.</summary>
public abstract record UsyncPicture
{
    private UsyncPicture()
    {
    }

    /// <summary>There is one, with this id.</summary>
    public sealed record Id(string Value) : UsyncPicture;

    /// <summary>There is none.</summary>
    public sealed record NotSet : UsyncPicture;

    /// <summary>Privacy hides it, or there is none: the server does not tell the two apart reliably.</summary>
    public sealed record Hidden : UsyncPicture;
}

/// <summary>What a user query says about devices.</summary>
public abstract record UsyncDevices
{
    private UsyncDevices()
    {
    }

    /// <summary>The complete list.</summary>
    /// <param name="Devices">In the order of the answer.</param>
    /// <param name="Hash">Hash of the list, to send with the next query.</param>
    /// <param name="KeyIndexTimestamp">Unix seconds of the signed key index list, when it came along.</param>
    public sealed record Listed(IReadOnlyList<UsyncDevice> Devices, string? Hash, long? KeyIndexTimestamp) : UsyncDevices;

    /// <summary>The list that the query named still holds.</summary>
    public sealed record Unchanged(long? KeyIndexTimestamp) : UsyncDevices;
}

/// <summary>One linked device.</summary>
/// <param name="Id">Device number; 0 is the phone.</param>
/// <param name="KeyIndex">Key index of a companion.</param>
/// <param name="IsHosted">Whether a business provider hosts it.</param>
public readonly record struct UsyncDevice(ushort Id, int? KeyIndex, bool IsHosted);
