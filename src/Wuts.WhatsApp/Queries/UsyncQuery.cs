using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Writes user queries and reads their answers. Sync sections 4.1 and 4.2.</summary>
public static class UsyncQuery
{
    /// <summary>XML namespace of the query.</summary>
    public const string Xmlns = "usync";

    // <iq xmlns="usync" type="get" to="s.whatsapp.net">
    //   <usync sid="…" mode="query|full" last="true" index="0" context="…">
    //     <query> one child per protocol </query> <list> one <user> per person </list></usync></iq>

    /// <summary>Builds the query.</summary>
    /// <param name="id">Stanza id, unique on the connection.</param>
    /// <param name="sessionId">Id of the usync session; any unique string.</param>
    /// <param name="request">The questions and the people.</param>
    /// <exception cref="ArgumentException">No protocol, no person, or more than <see cref="UsyncRequest.MaxTargets"/>.</exception>
    public static Node Build(string id, string sessionId, UsyncRequest request)
    {
        if (request.Protocols.Count == 0)
        {
            throw new ArgumentException("A user query asks at least one question.", nameof(request));
        }

        if (request.Targets.Count is 0 or > UsyncRequest.MaxTargets)
        {
            throw new ArgumentException($"A user query names 1 to {UsyncRequest.MaxTargets} people.", nameof(request));
        }

        var protocols = new Node[request.Protocols.Count];
        for (var i = 0; i < protocols.Length; i++)
        {
            protocols[i] = Protocol(request.Protocols[i], request.LidAddressing);
        }

        var users = new Node[request.Targets.Count];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = User(request.Targets[i], request.Protocols);
        }

        var usync = new Node(
            "usync",
            [
                ("sid", sessionId),
                ("mode", request.Mode == UsyncMode.Full ? "full" : "query"),
                ("last", "true"),
                ("index", "0"),
                ("context", ContextName(request.Context)),
            ],
            [new Node("query", [], protocols), new Node("list", [], users)]);
        return Iq.Get(id, Xmlns, Jid.WhatsApp, usync);
    }

    /// <summary>Reads the answer.</summary>
    /// <exception cref="QueryRefusedException">The server refused the whole query.</exception>
    /// <exception cref="UnexpectedAnswerException">The answer has no usync element.</exception>
    public static UsyncAnswer Parse(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        if (!answer.TryGetChild("usync", out var usync))
        {
            throw new UnexpectedAnswerException(Xmlns, "the usync element is missing");
        }

        var errors = new Dictionary<UsyncProtocol, QueryError>();
        var refresh = new Dictionary<UsyncProtocol, TimeSpan>();
        foreach (var part in usync.Child("result") is { } result ? result.Children : default)
        {
            if (UsyncProtocolNames.TryParse(part.Tag) is not { } protocol)
            {
                continue;
            }

            if (QueryError.TryRead(part, out var error))
            {
                errors[protocol] = error.Value;
            }

            if (Iq.Number(part, "refresh") is { } seconds)
            {
                refresh[protocol] = TimeSpan.FromSeconds(seconds);
            }
        }

        var users = new List<UsyncUser>();
        foreach (var user in usync.Child("list") is { } list ? list.Children : default)
        {
            // A user that is neither addressed nor echoed cannot be matched to anybody who was asked about.
            if (user.Tag == "user" && UsyncUserParser.Parse(user) is { } parsed)
            {
                users.Add(parsed);
            }
        }

        return new UsyncAnswer(users, errors, refresh);
    }

    private static Node Protocol(UsyncProtocol protocol, bool lidAddressing) => protocol switch
    {
        UsyncProtocol.Contact when lidAddressing => new Node("contact", [("addressing_mode", "lid")]),
        UsyncProtocol.Devices => new Node("devices", [("version", "2")]),
        UsyncProtocol.Business => new Node("business", [], [new Node("verified_name")]),
        _ => new Node(UsyncProtocolNames.Of(protocol)),
    };

    private static Node User(UsyncTarget target, IReadOnlyList<UsyncProtocol> protocols)
    {
        var children = new List<Node>(2);
        if (target.Phone is { } phone)
        {
            // The plus matters: without it the server reads a national number of the account's own country.
            children.Add(new Node("contact", [], Encoding.UTF8.GetBytes("+" + phone)));
        }

        if (target.Username is { } username)
        {
            children.Add(new Node("contact", [("username", username)]));
        }

        if (!target.PrivacyToken.IsEmpty && protocols.Contains(UsyncProtocol.Status))
        {
            children.Add(new Node("tctoken", [], target.PrivacyToken.ToArray()));
        }

        if (target.KnownLid is { } lid && protocols.Contains(UsyncProtocol.Lid))
        {
            children.Add(new Node("lid", [("jid", lid)]));
        }

        if (target.KnownDevices is { } devices && protocols.Contains(UsyncProtocol.Devices))
        {
            children.Add(new Node(
                "devices",
                [
                    ("device_hash", devices.Hash),
                    ("ts", devices.Timestamp),
                    ("expected_ts", devices.ExpectedTimestamp is { } expected ? expected : default(AttributeValue)),
                ]));
        }

        var jid = target.Jid is { } address ? new AttributeValue(address) : default;
        return children.Count == 0 ? new Node("user", [("jid", jid)]) : new Node("user", [("jid", jid)], children.ToArray());
    }

    private static string ContextName(UsyncContext context) => context switch
    {
        UsyncContext.Interactive => "interactive",
        UsyncContext.Background => "background",
        _ => "message",
    };
}
