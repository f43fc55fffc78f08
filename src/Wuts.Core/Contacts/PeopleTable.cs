using Wuts.Core.Stores;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Contacts;

/// <summary>Contacts with the pairs of their addresses, from which rows are made. Pairs join rows for display only.</summary>
internal sealed class PeopleTable
{
    private readonly Dictionary<Jid, ContactRecord> _contacts = [];
    private readonly Dictionary<Jid, Jid> _partners = [];
    private readonly HashSet<Jid> _blocked = [];
    private readonly AddressPair? _own;

    public PeopleTable(AddressPair? own, Blocklist? blocked)
    {
        _own = own;
        foreach (var person in blocked?.People ?? [])
        {
            if (person.PhoneJid is { } phone)
            {
                _blocked.Add(phone);
            }

            if (person.LidJid is { } lid)
            {
                _blocked.Add(lid);
            }
        }
    }

    public void Add(ContactRecord contact)
    {
        if (contact.Jid.IsPerson)
        {
            _contacts[contact.Jid] = contact;
        }
    }

    /// <summary>Lays a change that is on its way to WhatsApp over what is stored; contacts are added before.</summary>
    public void Add(PendingEdit edit) => _contacts[edit.Person] =
        (_contacts.GetValueOrDefault(edit.Person) ?? new ContactRecord(edit.Person)) with { AddressBook = edit.Names };

    public void Add(AddressPair pair)
    {
        _partners[pair.Phone] = pair.Lid;
        _partners[pair.Lid] = pair.Phone;
    }

    /// <summary>The phone number of an address, when it is one or is known.</summary>
    public Jid? PhoneOf(Jid jid) => jid.IsPhone ? jid : _partners.TryGetValue(jid, out var phone) ? phone : null;

    /// <summary>One row per person: both addresses of a pair are one.</summary>
    public IEnumerable<ContactView> PerPerson()
    {
        foreach (var contact in _contacts.Values)
        {
            // A person with a record under each address is listed by the one with the number.
            if (contact.Jid.IsPhone || !_partners.TryGetValue(contact.Jid, out var phone))
            {
                yield return View(contact.Jid);
            }
            else if (!_contacts.ContainsKey(phone))
            {
                yield return View(contact.Jid) with { Jid = phone };
            }
        }
    }

    /// <summary>One row per address, with the names that are stored under it.</summary>
    public IEnumerable<ContactView> PerAddress() => _contacts.Values.Select(c => Make(c.Jid, c, null));

    /// <summary>What is known about an address, names under the person's other address included.</summary>
    public ContactView View(Jid jid)
    {
        var partner = _partners.TryGetValue(jid, out var other) ? _contacts.GetValueOrDefault(other) : null;
        var direct = _contacts.GetValueOrDefault(jid);
        return jid.IsLid && partner is not null ? Make(jid, partner, direct) : Make(jid, direct, partner);
    }

    private ContactView Make(Jid jid, ContactRecord? first, ContactRecord? second)
    {
        Jid? partner = _partners.TryGetValue(jid, out var other) ? other : null;
        var pushName = Newer(first, second);
        var business = first?.BusinessName ?? second?.BusinessName;
        var isMe = _own is { } own && (jid == own.Phone || jid == own.Lid);
        return new ContactView(jid)
        {
            Phone = jid.IsPhone ? jid : partner,
            Lid = jid.IsLid ? jid : partner,
            FirstName = First(first, second, n => n.FirstName),
            FullName = First(first, second, n => n.FullName),
            PushName = pushName,
            BusinessName = business,
            Username = first?.Username ?? second?.Username ?? First(first, second, n => n.Username),
            IsSaved = (first?.IsSaved ?? false) || (second?.IsSaved ?? false),
            IsBlocked = _blocked.Contains(jid) || (partner is { } p && _blocked.Contains(p)),
            IsMe = isMe,
            IsRegistered = isMe || pushName is not null || business is not null || partner is not null || jid.IsLid ? true : null,
            IsBusiness = business is not null,

            // The issuer of the name that is shown: the other address may have an older one.
            IsEnterprise = (first?.BusinessName is not null ? first : second)?.BusinessIssuer == VerifiedName.EnterpriseIssuer,
            IsKnown = first is not null || second is not null || partner is not null,
        };
    }

    // Entries that stand in the address book come before those for people without a number, and those before names of other apps.
    private static string? First(ContactRecord? first, ContactRecord? second, Func<ContactNames, string?> name)
    {
        foreach (var names in new[]
        {
            first?.AddressBook, second?.AddressBook, first?.LidEntry, second?.LidEntry, first?.OutEntry, second?.OutEntry,
        })
        {
            if (names is { } entry && name(entry) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Newer(ContactRecord? first, ContactRecord? second) =>
        second?.PushName is not null && (first?.PushName is null || second.PushNameAt > first.PushNameAt) ? second.PushName : first?.PushName;
}
