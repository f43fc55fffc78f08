using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>The parts of a client that mirror its account, put together.</summary>
internal sealed class AccountModules
{
    private readonly PresenceModule _presence;

    /// <summary>Creates them for one client.</summary>
    /// <param name="client">What the client's parts share.</param>
    /// <param name="connection">The connection that is logged in, when there is one.</param>
    public AccountModules(ClientContext client, Func<IStanzaConnection?> connection)
    {
        var logger = client.Options.LoggerFactory.CreateLogger("Wuts.WhatsApp.Mirror");
        var session = new MirrorSession(client, client.Store.Account);
        Account = new AccountMirror(
            client.Store.Account,
            (change, cancellationToken) => RaiseAsync(client, change, cancellationToken),
            () => session.Own);
        _presence = new PresenceModule(client, Account, logger);
        var phone = new PeerMessenger(session, client.TimeProvider);
        var media = new MediaDownloader(
            MediaHttp.For(client.Options.Proxy), Hosts(client, connection), MediaDownloadOptions.Default, client.TimeProvider);
        AppState = new AppStateKeeper(
            client,
            session,
            Account,
            phone,
            listener => new AppStateSynchronizer(
                new MirrorAppStateStore(Account, client.TimeProvider),
                media,
                listener,
                AppStateLimits.Default,
                client.TimeProvider,
                client.Options.Random.NextDouble),
            logger);
        Refresh = new AccountRefresh(client, Account, logger);
        Account.LookUp = Refresh.LookUp;
        var history = new HistoryQueue(client, session, Account, media, HistoryLimits.Default, logger);
        var peers = new PeerContentHandler(client, Account, AppState, history, logger);
        All =
        [
            new AccountLifecycleModule(client, session, Account, AppState, Refresh, history),
            new MessageModule(client, session, Account, peers, new RetryKeys(client, session), logger),
            new ReceiptModule(phone),
            new MediaRetryModule(history),
            new NotificationModule(client, session, Account, AppState, Refresh),
            new DirtyModule(client, AppState, Refresh, logger),
            _presence,
        ];
    }

    /// <summary>What is known.</summary>
    public AccountMirror Account { get; }

    /// <summary>The app-state collections.</summary>
    public AppStateKeeper AppState { get; }

    /// <summary>Groups and the block list.</summary>
    public AccountRefresh Refresh { get; }

    /// <summary>The modules, in the order in which they are asked.</summary>
    public IReadOnlyList<ClientModule> All { get; }

    private ValueTask RaiseAsync(ClientContext client, AccountEvent change, CancellationToken cancellationToken)
    {
        if (change is AccountEvent.OwnPushNameChanged)
        {
            _presence.NameChanged();
        }

        return client.Events.RaiseAsync(new WhatsAppEvent.AccountChanged(change), cancellationToken);
    }

    private static IMediaHosts Hosts(ClientContext client, Func<IStanzaConnection?> connection) =>
        client.Options.MediaBaseUrl is { } fixedHost
            ? new FixedMediaHost(fixedHost)
            : new MediaConnectionHosts(
                async cancellationToken =>
                {
                    var current = connection() ?? throw new WhatsAppDisconnectedException(new DisconnectReason.ByUser());
                    return MediaConnectionQuery.Parse(
                        await current.QueryAsync(MediaConnectionQuery.Build(current.NextId()), cancellationToken).ConfigureAwait(false));
                },
                client.TimeProvider);
}
