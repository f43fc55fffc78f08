using Wuts.Simulator.Media;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

public sealed partial class SimulatorServer
{
    /// <summary>The user directory: everybody with a number, accounts included.</summary>
    public PersonDirectory People => World.People;

    /// <summary>The groups and communities.</summary>
    public GroupDirectory Groups => World.Groups;

    /// <summary>How user queries are answered.</summary>
    public UsyncSettings UsyncAnswers => World.UsyncAnswers;

    /// <summary>How picture queries are answered.</summary>
    public PictureSettings PictureAnswers => World.PictureAnswers;

    /// <summary>How other queries about people and groups are answered.</summary>
    public DirectorySettings DirectoryAnswers => World.OtherAnswers;

    /// <summary>
    /// Where clients reach this server over HTTP, for the addresses in answers. The host sets it when it listens; behind a proxy
    /// it may be set to what clients see.
    /// </summary>
    public Uri PublicAddress { get; set; } = new("http://127.0.0.1:9080/");

    /// <summary>What stands in front of a path of the media server.</summary>
    internal string MediaUrl => PublicAddress.ToString().TrimEnd('/') + MediaEndpoint.Path;

    internal World World { get; }

    /// <summary>The address to put into answers for one that a server listens on: a wildcard becomes the loopback address.</summary>
    internal static Uri ToPublicAddress(string listening)
    {
        var uri = new UriBuilder(listening.Replace("://+", "://0.0.0.0", StringComparison.Ordinal).Replace("://*", "://0.0.0.0", StringComparison.Ordinal));
        if (uri.Host is "0.0.0.0" or "[::]")
        {
            uri.Host = "127.0.0.1";
        }

        return uri.Uri;
    }

    /// <summary>Sends a notification to every linked device of an account, or all but one.</summary>
    internal void Notify(Account account, Jid from, string type, Node? child, LinkedDevice? except = null, params ReadOnlySpan<(string, AttributeValue)> more)
    {
        foreach (var device in account.Devices)
        {
            if (device != except)
            {
                (string, AttributeValue)[] attributes =
                    [("from", from), ("id", NextStanzaId()), ("type", type), ("t", Time.GetUtcNow().ToUnixTimeSeconds()), .. more];
                device.Queue.Enqueue(child is null ? new Node("notification", attributes) : new Node("notification", attributes, [child]));
            }
        }
    }
}
