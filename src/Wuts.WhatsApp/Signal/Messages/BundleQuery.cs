using System.Globalization;
using Wuts.WhatsApp.Binary;

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
    /// <param name="Code">Its reason, for example 404 or 406; 0 when it named none.</param>
    public sealed record Refused(Jid Device, int Code) : BundleAnswer(Device);

    /// <summary>What the server gave is not a bundle.</summary>
    /// <param name="Device">The device.</param>
    public sealed record Malformed(Jid Device) : BundleAnswer(Device);
}

/// <summary>Asks the server for the keys that a session is started from. Sync section 1.13, protocol section 9.7.</summary>
internal static class BundleQuery
{
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

        return new Node(
            "iq", [("id", id), ("xmlns", "encrypt"), ("type", "get"), ("to", Jid.WhatsApp)], [new Node("key", [], users)]);
    }

    /// <summary>Reads the result. Users without a JID are left out.</summary>
    public static IReadOnlyList<BundleAnswer> Parse(Node result)
    {
        List<BundleAnswer> answers = [];
        foreach (var user in result.Child("list") is { } list ? list.Children : [])
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
        if (user.TryGetChild("error", out var error))
        {
            return new BundleAnswer.Refused(
                device, int.TryParse(error["code"], NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0);
        }

        // Some servers wrap the keys once more.
        var keys = user.Child("keys") ?? user;
        return PreKeyNodes.TryReadRegistrationId(keys, out var registrationId) && PreKeyNodes.TryRead(keys, registrationId, out var bundle)
            ? new BundleAnswer.Found(device, bundle)
            : new BundleAnswer.Malformed(device);
    }
}
