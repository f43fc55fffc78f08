using Wuts.Api.Http;
using Wuts.Core.Contacts;
using Wuts.Core.Stores;

namespace Wuts.Api.Wawp.Contacts;

/// <summary>
/// <c>GET /v2/contacts/all</c>: everybody who has a name, once per address; somebody whose two addresses are verified to be one
/// person is listed once, under the number. Contract wawp B2.
/// </summary>
internal sealed class ContactListEndpoint(ILinkStore links)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <summary>The endpoint.</summary>
    public async Task<Reply> ListAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var limit = parameters.Integer("limit", DefaultLimit, 1, MaxLimit);
        var offset = parameters.Integer("offset", 0, 0, int.MaxValue);
        var byName = parameters.OneOf("sortBy", "id", "id", "name") == "name";
        var descending = parameters.OneOf("sortOrder", "asc", "asc", "desc") == "desc";
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
        {
            var request = new ContactListRequest { PerPerson = false };
            if (!(await instance.Device.ListContactsAsync(request, instance.Aborted)).TryGet(out var page, out var failure))
            {
                return failure;
            }

            var named = page.Rows.Where(r => r.Jid.IsPerson && (ContactJson.Name(r) ?? r.PushName) is not null).ToArray();
            var rows = await WithoutLinkedLidsAsync(instance, named);
            return WawpJson.Array(Sort(rows, byName, descending).Skip(offset).Take(limit), ContactJson.WritePerson);
        });
    }

    /// <summary>Sorts; contacts without a name come last in either order, and ties are broken by id, so that pages are stable.</summary>
    internal static IEnumerable<ContactView> Sort(IEnumerable<ContactView> rows, bool byName, bool descending)
    {
        Func<ContactView, string> id = row => WawpAddress.Format(row.Jid);
        if (!byName)
        {
            return descending ? rows.OrderByDescending(id, StringComparer.Ordinal) : rows.OrderBy(id, StringComparer.Ordinal);
        }

        var namedFirst = rows.OrderBy(row => ContactJson.Name(row) is null);
        Func<ContactView, string> name = row => ContactJson.Name(row) ?? "";
        var sorted = descending
            ? namedFirst.ThenByDescending(name, StringComparer.OrdinalIgnoreCase)
            : namedFirst.ThenBy(name, StringComparer.OrdinalIgnoreCase);
        return sorted.ThenBy(id, StringComparer.Ordinal);
    }

    // An observed pair never makes two contacts one; a verified link does. Device-profile TM-3, TM-4.
    private async Task<IReadOnlyList<ContactView>> WithoutLinkedLidsAsync(Instance instance, IReadOnlyList<ContactView> rows)
    {
        if (!rows.Any(r => r.Jid.IsLid) || !rows.Any(r => r.Jid.IsPhone))
        {
            return rows;
        }

        var phones = rows.Where(r => r.Jid.IsPhone).Select(r => r.Jid).ToHashSet();
        var present = await links.ReadPresentLinksAsync(instance.Record.TenantId, instance.Aborted);
        var hidden = present.Where(l => phones.Contains(l.Link.Phone)).Select(l => l.Link.Lid).ToHashSet();
        return hidden.Count == 0 ? rows : [.. rows.Where(r => !hidden.Contains(r.Jid))];
    }
}
