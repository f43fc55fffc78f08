using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>The answer about one device. A closed set.</summary>
/// <param name="Device">The device.</param>
internal abstract record BundleAnswer(Jid Device)
{
    /// <summary>The device's keys.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Bundle">The keys; the signature has not been checked.</param>
    public sealed record Found(Jid Device, PreKeyBundle Bundle) : BundleAnswer(Device);

    /// <summary>The server gives none.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Error">Its reason, for example 404 or 406.</param>
    public sealed record Refused(Jid Device, QueryError Error) : BundleAnswer(Device);

    /// <summary>What the server gave is not a bundle.</summary>
    /// <param name="Device">The device.</param>
    public sealed record Malformed(Jid Device) : BundleAnswer(Device);
}

/// <summary>Asks the server for the keys that a session is started from. Sync section 1.13, protocol section 9.7.</summary>
internal static class BundleQuery
{
    // <iq xmlns="encrypt" type="get" to="s.whatsapp.net" id><key><user jid reason="identity"/> …</key></iq>
    // → <list><user jid t?> <registration/> <type/> <identity/> <skey/> <key/>? <device-identity/>? </user>
    //         <user jid><error code text/></user> …</list>

    /// <summary>Builds the query.</summary>
    /// <param name="id">Stanza id.</param>
    /// <param name="devices">The devices.</param>
    public static Node Build(string id, params ReadOnlySpan<Jid> devices)
    {
        var users = new Node[devices.Length];
        for (var i = 0; i < devices.Length; i++)
        {
            users[i] = new Node("user", [("jid", devices[i]), ("reason", "identity")]);
        }

        return PreKeyNodes.Request(id, "get", new Node("key", [], users));
    }

    /// <summary>Reads the answer. Users without a JID are left out.</summary>
    /// <exception cref="QueryRefusedException">The server refused the whole query.</exception>
    public static IReadOnlyList<BundleAnswer> Parse(Node answer)
    {
        Iq.ThrowIfError(answer, PreKeyNodes.Namespace);
        List<BundleAnswer> answers = [];
        foreach (var user in answer.Child("list") is { } list ? list.Children : [])
        {
            if (user.Tag == "user" && user.TryGetJid("jid", out var device))
            {
                answers.Add(Parse(device, user));
            }
        }

        return answers;
    }

    private static BundleAnswer Parse(Jid device, Node user)
    {
        if (QueryError.TryRead(user, out var error))
        {
            return new BundleAnswer.Refused(device, error.Value);
        }

        // Some servers wrap the keys once more.
        var keys = user.Child("keys") ?? user;
        return BundleNodes.TryReadRegistrationId(keys, out var registrationId) && BundleNodes.TryRead(keys, registrationId, out var bundle)
            ? new BundleAnswer.Found(device, bundle)
            : new BundleAnswer.Malformed(device);
    }
}
