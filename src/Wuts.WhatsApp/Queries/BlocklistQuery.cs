using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>A blocked person. One address is always there.</summary>
/// <param name="PhoneJid">Address by phone number, when known.</param>
/// <param name="LidJid">Address by LID, when known.</param>
public readonly record struct BlockedPerson(Jid? PhoneJid, Jid? LidJid)
{
    /// <summary>Reads <c>&lt;item jid pn_jid?&gt;</c>; <see langword="null"/> when it names no person.</summary>
    internal static BlockedPerson? Read(Node item)
    {
        var main = Iq.BaseJid(item, "jid");
        var phone = main is { IsPhone: true } ? main : Iq.BaseJid(item, "pn_jid") is { IsPhone: true } other ? other : null;
        var lid = main is { IsLid: true } ? main : null;
        return phone is null && lid is null ? null : new BlockedPerson(phone, lid);
    }
}

/// <summary>The block list of the account.</summary>
/// <param name="People">In the order of the server.</param>
/// <param name="Hash">The server's hash of the list (<c>dhash</c>); empty when it sent none.</param>
public sealed record Blocklist(IReadOnlyList<BlockedPerson> People, string Hash);

/// <summary>What a change of the block list led to.</summary>
public abstract record BlocklistChange
{
    private BlocklistChange()
    {
    }

    /// <summary>The change holds and this is the complete new list.</summary>
    public sealed record Applied(Blocklist List) : BlocklistChange;

    /// <summary>The change holds; the answer has no list, so it has to be read again.</summary>
    public sealed record AppliedWithoutList(string Hash) : BlocklistChange;

    /// <summary>The server did not take the address, as it does when a phone number is given for a migrated account.</summary>
    public sealed record Rejected(QueryError Error) : BlocklistChange;
}

/// <summary>Writes block list queries and reads their answers. Sync sections 8.1 and 8.2.</summary>
public static class BlocklistQuery
{
    /// <summary>XML namespace of the queries.</summary>
    public const string Xmlns = "blocklist";

    // <iq xmlns="blocklist" type="get" to="s.whatsapp.net"/>

    /// <summary>Builds the query for the list.</summary>
    public static Node Build(string id) => Iq.Get(id, Xmlns, Jid.WhatsApp);

    // <iq xmlns="blocklist" type="set" to="s.whatsapp.net"><item action="block|unblock" jid="{lid}" pn_jid="{pn}"?/></iq>

    /// <summary>Builds a change.</summary>
    /// <param name="id">Stanza id, unique on the connection.</param>
    /// <param name="block">Block, or unblock.</param>
    /// <param name="person">The LID; accounts that are not migrated take a phone number too.</param>
    /// <param name="phone">The phone number of the same person, when known; only sent with a block.</param>
    public static Node BuildChange(string id, bool block, Jid person, Jid? phone) =>
        Iq.Set(
            id,
            Xmlns,
            Jid.WhatsApp,
            new Node(
                "item",
                [
                    ("action", block ? "block" : "unblock"),
                    ("jid", person.ToBase()),
                    ("pn_jid", block && person.IsLid && phone is { } pn ? new AttributeValue(pn.ToBase()) : default),
                ]));

    /// <summary>Reads the list.</summary>
    /// <exception cref="QueryRefusedException">The server refused the query.</exception>
    public static Blocklist Parse(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        return Read(answer.Child("list") ?? answer);
    }

    /// <summary>Reads the answer to a change.</summary>
    /// <exception cref="QueryRefusedException">An error that is not about the address.</exception>
    public static BlocklistChange ParseChange(Node answer)
    {
        if (Iq.IsError(answer, out var error))
        {
            return error.Code is 400 or 404 or 406
                ? new BlocklistChange.Rejected(error)
                : throw new QueryRefusedException(Xmlns, error);
        }

        // An empty list and a short "matched" answer look alike, so a list without items is read again.
        var list = Read(answer.Child("list") ?? answer);
        return list.People.Count == 0 ? new BlocklistChange.AppliedWithoutList(list.Hash) : new BlocklistChange.Applied(list);
    }

    private static Blocklist Read(Node list)
    {
        var people = new List<BlockedPerson>();
        foreach (var item in list.Children)
        {
            if (item.Tag == "item" && BlockedPerson.Read(item) is { } person)
            {
                people.Add(person);
            }
        }

        return new Blocklist(people, list["dhash"] ?? "");
    }
}
