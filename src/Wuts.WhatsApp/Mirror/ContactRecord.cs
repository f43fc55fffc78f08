using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// What the account knows about one address. Names are kept by where they come from, so that a better source never hides that
/// there is another. Two records may concern one person: joining them is not the mirror's business. Sync section 14, R6.
/// </summary>
/// <param name="Jid">The address, without device: by phone number or by LID.</param>
public sealed record ContactRecord(Jid Jid)
{
    // Two are known, of six characters: anything long is none.
    private const int MaxIssuer = 32;

    /// <summary>Names of the address-book entry; <see langword="null"/> without an entry.</summary>
    public ContactNames? AddressBook { get; init; }

    /// <summary>Whether the entry stands in the phone's own address book, and not only inside WhatsApp.</summary>
    public bool SavedOnPhone { get; init; }

    /// <summary>Names of an entry for a person who is known by LID or user name only.</summary>
    public ContactNames? LidEntry { get; init; }

    /// <summary>Names that the phone took from another app.</summary>
    public ContactNames? OutEntry { get; init; }

    /// <summary>The name that the person chose.</summary>
    public string? PushName { get; init; }

    /// <summary>When the push name was last seen; an older one does not replace it.</summary>
    public DateTimeOffset? PushNameAt { get; init; }

    /// <summary>Title of the chat in the phone's history: a saved name, or what the phone shows instead.</summary>
    public string? ChatTitle { get; init; }

    /// <summary>Verified business name.</summary>
    public string? BusinessName { get; init; }

    /// <summary>
    /// Who issued the verified name, for example <c>smb:wa</c> or <c>ent:wa</c>; <see langword="null"/> when that is not known, as for
    /// names from history. Sync section 7.3.
    /// </summary>
    public string? BusinessIssuer { get; init; }

    /// <summary>User name.</summary>
    public string? Username { get; init; }

    /// <summary>Whether the address book has an entry of any kind.</summary>
    public bool IsSaved => AddressBook is not null || LidEntry is not null;

    /// <summary>Whether nothing is known that is worth keeping.</summary>
    public bool IsBlank =>
        AddressBook is null && LidEntry is null && OutEntry is null && PushName is null && ChatTitle is null && BusinessName is null
        && Username is null;

    /// <summary>The same with a verified name and its issuer.</summary>
    internal ContactRecord WithBusiness(VerifiedName name) => this with
    {
        BusinessName = name.Name,
        BusinessIssuer = name.Issuer is { Length: > 0 and <= MaxIssuer } issuer ? issuer : null,
    };

    /// <summary>The address only: names are personal.</summary>
    public override string ToString() => nameof(ContactRecord);
}
