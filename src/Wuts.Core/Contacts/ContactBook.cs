using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Core.Contacts;

/// <summary>
/// Lists what the mirror of an account knows about people: by person or by address, searched, in pages, or only what changed.
/// Nothing is held between calls: a book that nobody reads costs nothing. Contracts wuts 3.1, wawp B1 and B2.
/// </summary>
/// <param name="data">What the device holds.</param>
/// <param name="own">The own account, by phone number and by LID.</param>
internal sealed class ContactBook(IDeviceData data, AddressPair? own)
{
    /// <summary>A page of the book.</summary>
    public async Task<ContactPage> ListAsync(ContactListRequest request, DateTimeOffset? staleSince, CancellationToken cancellationToken)
    {
        // The version is read first: what is committed meanwhile is shown again by the next call, and never missed.
        var version = await data.GetBookVersionAsync(cancellationToken);
        if (request.KnownVersion == version || request.Since == version)
        {
            return new ContactPage(version, [], [], HasMore: false, staleSince) { IsUnchanged = true };
        }

        IReadOnlyList<Jid>? changed = null;
        if (request.Since is { } since)
        {
            changed = since > version ? null : await data.FindChangedAsync(since, cancellationToken);
            if (changed is null)
            {
                return new ContactPage(version, [], [], HasMore: false, staleSince) { CursorTooOld = true };
            }
        }

        var people = changed is null ? await ReadAllAsync(cancellationToken) : await ReadAsync(changed, cancellationToken);
        var rows = new Dictionary<string, ContactView>(StringComparer.Ordinal);
        foreach (var view in request.PerPerson ? people.PerPerson() : people.PerAddress())
        {
            if (IsListed(view, request.PerPerson))
            {
                rows[view.Jid.ToString()] = view;
            }
        }

        List<Jid> removed = changed is null || request.After is not null
            ? []
            : [.. changed.Where(j => !rows.ContainsKey(j.ToString())).OrderBy(j => j.ToString(), StringComparer.Ordinal)];
        var wanted = rows
            .Where(r => (request.After is null || string.CompareOrdinal(r.Key, request.After) > 0) && Matches(r.Value, request.Search))
            .OrderBy(r => r.Key, StringComparer.Ordinal)
            .Select(r => r.Value);
        var limit = request.Limit ?? int.MaxValue;
        var page = wanted.Take(limit == int.MaxValue ? limit : limit + 1).ToList();
        var more = page.Count > limit;
        return new ContactPage(version, more ? page[..limit] : page, removed, more, staleSince);
    }

    /// <summary>One entry per address, in their order, also for those of whom nothing is known.</summary>
    public async Task<IReadOnlyList<ContactView>> FindAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken)
    {
        var people = await ReadAsync(jids, cancellationToken);
        var phones = jids.Select(j => people.PhoneOf(j)).OfType<Jid>()
            .Select(j => PhoneNumber.TryFrom(j, out var number) ? number : default)
            .Where(n => !n.IsEmpty)
            .Distinct()
            .ToList();
        var registrations = phones.Count == 0 ? [] : await data.FindRegistrationsAsync(phones, cancellationToken);
        var registered = registrations.ToDictionary(r => r.Phone, r => r.IsRegistered);
        return
        [
            .. jids.Select(jid =>
            {
                var view = people.View(jid);
                return view.IsRegistered is null && people.PhoneOf(jid) is { } phone && PhoneNumber.TryFrom(phone, out var number)
                    && registered.TryGetValue(number, out var isRegistered)
                    ? view with { IsRegistered = isRegistered }
                    : view;
            }),
        ];
    }

    // The own account is no contact; by address it is shown as what it is.
    private static bool IsListed(ContactView view, bool perPerson) =>
        !(view.IsMe && perPerson)
        && (view.IsSaved || view.FirstName is not null || view.FullName is not null || view.PushName is not null || view.BusinessName is not null);

    private static bool Matches(ContactView view, string? search)
    {
        if (string.IsNullOrEmpty(search))
        {
            return true;
        }

        ReadOnlySpan<string?> texts =
        [
            view.FullName, view.FirstName, view.PushName, view.BusinessName, view.Username, view.Phone?.ToString(), view.Lid?.ToString(),
        ];
        foreach (var text in texts)
        {
            if (text is not null && text.Contains(search, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // Changes that are on their way are read before what they are laid over: one that arrives meanwhile is then stored in it. Until then
    // the stored name may be an older one, of a change before it or of the phone.
    private async Task<PeopleTable> ReadAllAsync(CancellationToken cancellationToken)
    {
        var table = new PeopleTable(own, await data.Account.LoadBlocklistAsync(cancellationToken));
        var edits = await data.LoadPendingEditsAsync(cancellationToken);
        await foreach (var contact in data.Account.ReadContactsAsync(cancellationToken))
        {
            table.Add(contact);
        }

        foreach (var edit in edits)
        {
            table.Add(edit);
        }

        await foreach (var pair in data.Account.ReadPairsAsync(cancellationToken))
        {
            table.Add(pair.Pair);
        }

        return table;
    }

    private async Task<PeopleTable> ReadAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken)
    {
        var table = new PeopleTable(own, await data.Account.LoadBlocklistAsync(cancellationToken));
        var people = jids.Where(j => j.IsPerson).ToHashSet();
        foreach (var pair in await data.Account.FindPairsAsync([.. people], cancellationToken))
        {
            table.Add(pair.Pair);
            people.Add(pair.Pair.Phone);
            people.Add(pair.Pair.Lid);
        }

        var edits = await data.LoadPendingEditsAsync(cancellationToken);
        foreach (var contact in await data.Account.FindContactsAsync(people, cancellationToken))
        {
            table.Add(contact);
        }

        foreach (var edit in edits.Where(e => people.Contains(e.Person)))
        {
            table.Add(edit);
        }

        return table;
    }
}
