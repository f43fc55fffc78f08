using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>What a user query can ask about each person. Sync section 4.1.</summary>
public enum UsyncProtocol
{
    /// <summary>Whether a phone number (or user name) is registered.</summary>
    Contact,

    /// <summary>The LID of a phone-number account.</summary>
    Lid,

    /// <summary>The list of linked devices.</summary>
    Devices,

    /// <summary>The "about" text.</summary>
    Status,

    /// <summary>The id of the profile picture.</summary>
    Picture,

    /// <summary>The verified business name.</summary>
    Business,

    /// <summary>The default timer of disappearing messages.</summary>
    DisappearingMode,

    /// <summary>The user name.</summary>
    Username,
}

/// <summary>Why the query is made; the server treats background queries with less urgency. Sync section 4.1.</summary>
public enum UsyncContext
{
    /// <summary>Somebody waits for the answer.</summary>
    Interactive,

    /// <summary>A refresh nobody waits for.</summary>
    Background,

    /// <summary>Before sending a message.</summary>
    Message,
}

/// <summary>How much is asked: a look-up, or everything about a person. Sync section 4.1.</summary>
public enum UsyncMode
{
    /// <summary>A look-up.</summary>
    Query,

    /// <summary>Full user info.</summary>
    Full,
}

/// <summary>One person in a user query: by address, by phone number or by user name; exactly one of them.</summary>
public sealed record UsyncTarget
{
    private UsyncTarget()
    {
    }

    /// <summary>Base address of the person, by phone number or LID.</summary>
    public Jid? Jid { get; private init; }

    /// <summary>Phone number to look up.</summary>
    public PhoneNumber? Phone { get; private init; }

    /// <summary>User name to look up.</summary>
    public string? Username { get; private init; }

    /// <summary>Trusted-contact token that proves a relation to the person; sent with <see cref="UsyncProtocol.Status"/>.</summary>
    public ReadOnlyMemory<byte> PrivacyToken { get; init; }

    /// <summary>LID that is already known; a hint for <see cref="UsyncProtocol.Lid"/>.</summary>
    public Jid? KnownLid { get; init; }

    /// <summary>Device list that is already known; the server then answers "unchanged" when it still holds.</summary>
    public KnownDeviceList? KnownDevices { get; init; }

    /// <summary>A person by address; the device part is dropped.</summary>
    /// <exception cref="ArgumentException">The address is not a person's.</exception>
    public static UsyncTarget ByJid(Jid jid) => jid.IsPerson
        ? new UsyncTarget { Jid = jid.ToBase() }
        : throw new ArgumentException("A user query takes addresses of people.", nameof(jid));

    /// <summary>A phone number; it need not be registered.</summary>
    public static UsyncTarget ByPhone(PhoneNumber phone) => new() { Phone = phone };

    /// <summary>A user name.</summary>
    public static UsyncTarget ByUsername(string username)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(username);
        return new UsyncTarget { Username = username };
    }
}

/// <summary>A device list that a client holds. Sync section 4.1.</summary>
/// <param name="Hash">Hash of the list as the server gave it.</param>
/// <param name="Timestamp">Unix seconds of the key index list that belongs to it.</param>
/// <param name="ExpectedTimestamp">Unix seconds that a notification announced, when one did.</param>
public sealed record KnownDeviceList(string Hash, long Timestamp, long? ExpectedTimestamp);

/// <summary>A user query: the same questions about a list of people. Sync section 4.</summary>
public sealed record UsyncRequest
{
    /// <summary>Most people in one query; the gate above sends fewer at a time. Sync section 4.6.</summary>
    public const int MaxTargets = 500;

    /// <summary>The questions, in the order in which they are written; at least one.</summary>
    public required IReadOnlyList<UsyncProtocol> Protocols { get; init; }

    /// <summary>The people; 1 to <see cref="MaxTargets"/>.</summary>
    public required IReadOnlyList<UsyncTarget> Targets { get; init; }

    /// <summary>Default <see cref="UsyncMode.Query"/>.</summary>
    public UsyncMode Mode { get; init; } = UsyncMode.Query;

    /// <summary>Default <see cref="UsyncContext.Interactive"/>.</summary>
    public UsyncContext Context { get; init; } = UsyncContext.Interactive;

    /// <summary>Whether <see cref="UsyncProtocol.Contact"/> asks for the LID as the main address. Default: no.</summary>
    public bool LidAddressing { get; init; }

    /// <summary>Query A: is the number registered, and under which addresses. Sync section 4.3.</summary>
    public static UsyncRequest Registration(IReadOnlyList<PhoneNumber> phones) => new()
    {
        Protocols = [UsyncProtocol.Contact, UsyncProtocol.Lid, UsyncProtocol.Business],
        Targets = [.. phones.Select(UsyncTarget.ByPhone)],
    };

    /// <summary>Query B: everything public about people that are known by address. Sync section 4.3.</summary>
    public static UsyncRequest UserInfo(IReadOnlyList<UsyncTarget> targets) => new()
    {
        Mode = UsyncMode.Full,
        Context = UsyncContext.Background,
        Protocols =
            [UsyncProtocol.Business, UsyncProtocol.Status, UsyncProtocol.Picture, UsyncProtocol.Devices, UsyncProtocol.Lid],
        Targets = targets,
    };

    /// <summary>Query C: the LIDs of phone-number accounts. Sync section 4.3.</summary>
    public static UsyncRequest LidLookup(IReadOnlyList<UsyncTarget> targets) => new()
    {
        Context = UsyncContext.Background,
        Protocols = [UsyncProtocol.Lid],
        Targets = targets,
    };
}
