using Wuts.Simulator.Media;

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

    /// <summary>How changes of people and groups are told to linked devices.</summary>
    public NoticeSettings Notices => World.NoticeAnswers;

    /// <summary>How much each linked device may ask for. Default: nothing is limited.</summary>
    public RateLimits Limits => World.Limits;

    /// <summary>
    /// Where clients reach this server over HTTP, for the addresses in answers. The host sets it when it listens; behind a proxy
    /// it may be set to what clients see.
    /// </summary>
    public Uri PublicAddress { get; set; } = new("http://127.0.0.1:9080/");

    /// <summary>What stands in front of a path of the media server.</summary>
    internal string MediaUrl => PublicAddress.ToString().TrimEnd('/') + MediaEndpoint.Path;

    internal World World { get; }

    /// <summary>The contacts of an account, on its phone and on the server.</summary>
    public ContactBook ContactsOf(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new ContactBook(account, World);
    }

    /// <summary>Asks the linked devices of an account to refresh what they know about contacts. Sync section 10.5.</summary>
    /// <param name="account">Whose devices.</param>
    /// <param name="after">From when on they should ask; by default at once.</param>
    public void AskForContactRefresh(Account account, DateTimeOffset? after = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        var from = (after ?? Time.GetUtcNow()).ToUnixTimeSeconds();
        World.Post.Deliver(account, WhatsApp.Binary.Jid.WhatsApp, "contacts", new WhatsApp.Binary.Node("sync", [("after", from)]));
    }

    /// <summary>What an account must know when it has learnt all there is.</summary>
    public AccountTruth TruthOf(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new AccountTruth(account, World);
    }

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
}
