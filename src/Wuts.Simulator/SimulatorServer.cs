using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using Wuts.Simulator.AppState;
using Wuts.Simulator.Delivery;
using Wuts.Simulator.EndToEnd;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Media;
using Wuts.Simulator.Noise;
using Wuts.Simulator.Registration;
using Wuts.Simulator.Sessions;
using Wuts.Simulator.Sessions.Handlers;
using Wuts.Simulator.Transport;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator;

/// <summary>
/// The simulated network: its accounts, its connections, what it refused, what happened, and the faults it plays. This is
/// the surface for scripts in the same process; the control API under <c>/sim</c> offers the same over HTTP. Safe for
/// concurrent use.
/// </summary>
public sealed partial class SimulatorServer : IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, ClientConnection> _connections = new();
    private readonly ConcurrentDictionary<long, uint> _iqIds = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly RefusalLog _refusals;
    private readonly ITimer _ticks;
    private long _lastConnection;
    private long _lastStanzaId = 1234566;

    internal SimulatorServer(SimulatorOptions options)
    {
        options.Validate();
        Options = options;
        Time = options.Time;
        StartedAt = Time.GetUtcNow();
        Random = options.Seed is { } seed ? SimulatorRandom.Seeded(seed) : SimulatorRandom.System;
        Identity = options.Identity ?? ServerIdentity.Create(Random.Fork("server"), StartedAt);
        Log = new SimulatorLog(options.LoggerFactory.CreateLogger("Wuts.Simulator"));
        Events = new EventLog(options.EventCapacity, Time);
        _refusals = new RefusalLog(options.RefusalCapacity, Time);
        Accounts = new AccountDirectory(Random.Fork("accounts"), Time, OnAccountDeleted, (account, isOn) => new Handset(account, this, isOn));
        Blobs = new BlobStore(Random.Fork("media"), Time);
        Messages = new MessageExchange(this);
        Faults = new FaultBoard(StrikeNow, OnFaultApplied);
        Media = new MediaStore(options.MediaCapacity);
        World = new World(this);
        Accounts.Join(World.People);
        Routes = new IqRoutes();
        Routes.MapSession();
        Routes.MapPreKeys();
        Routes.MapAccountSettings();
        Routes.MapLinkCode();
        Routes.MapPasskey();
        Routes.MapAppState();
        World.Map(Routes);
        foreach (var fault in options.Faults)
        {
            Faults.Add(fault);
        }

        _ticks = Time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    /// <summary>The accounts on the network.</summary>
    public AccountDirectory Accounts { get; }

    /// <summary>The misbehaviours that are armed.</summary>
    public FaultBoard Faults { get; }

    /// <summary>What was refused lately, and why, oldest first.</summary>
    public IReadOnlyList<Refusal> Refusals => _refusals.List();

    /// <summary>What happened, in order, with waiting.</summary>
    public EventLog Events { get; }

    /// <summary>The files that are served under <c>/media</c>.</summary>
    public MediaStore Media { get; }

    /// <summary>The key that clients must trust: 32 bytes.</summary>
    public ReadOnlyMemory<byte> RootKey => Identity.Root.PublicKey.ToArray();

    /// <summary>When the server started, by its clock.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>The clients that are connected at the moment.</summary>
    public IReadOnlyList<ConnectionInfo> Connections =>
        [.. _connections.Values.OrderBy(connection => connection.Id).Select(ConnectionInfo.Of)];

    internal SimulatorOptions Options { get; }

    internal TimeProvider Time { get; }

    internal SimulatorRandom Random { get; }

    internal ServerIdentity Identity { get; }

    internal SimulatorLog Log { get; }

    /// <summary>The encrypted files on the media server.</summary>
    internal BlobStore Blobs { get; }

    /// <summary>What passes between devices and phones.</summary>
    internal MessageExchange Messages { get; }

    /// <summary>Cancelled when the server stops.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>The requests that the server knows.</summary>
    internal IqRoutes Routes { get; }

    /// <summary>Which registration a reference of a QR belongs to.</summary>
    internal ConcurrentDictionary<string, RegistrationSession> References { get; } = new(StringComparer.Ordinal);

    /// <summary>Which registration waits for a code, by the phone number of the account.</summary>
    internal ConcurrentDictionary<string, RegistrationSession> LinkCodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Which registration was asked for a passkey, by the phone number of the account.</summary>
    internal ConcurrentDictionary<string, RegistrationSession> Passkeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets the refusals up to now; their numbering goes on.</summary>
    public void ClearRefusals() => _refusals.Clear();

    /// <summary>Ends every connection and every wait.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _ticks.Dispose();
        foreach (var connection in _connections.Values)
        {
            connection.Abort("the server stops");
        }
    }

    /// <summary>Serves one client until its connection ends.</summary>
    internal async Task ServeAsync(WebSocket socket, Action abort, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        using var connection = new ClientConnection(Interlocked.Increment(ref _lastConnection), socket, abort, this);
        _connections[connection.Id] = connection;
        try
        {
            await connection.RunAsync(ended.Token);
        }
        finally
        {
            _connections.TryRemove(connection.Id, out _);
            _iqIds.TryRemove(connection.Id, out _);
        }
    }

    /// <summary>The ephemeral key of a connection's handshake.</summary>
    internal KeyPair NextEphemeral(long connection) =>
        Options.Ephemeral?.Invoke(connection) ?? Random.Fork($"connection/{connection}/handshake").NextKeyPair();

    /// <summary>What the server does in a handshake, faults included.</summary>
    internal HandshakePlan PlanHandshake(SessionIdentity who)
    {
        var chain = Faults.Take<Fault.Certificate>(who) is { } wrong
            ? Identity.ChainWith(wrong.Defect, Random, Time.GetUtcNow())
            : Identity.Chain;
        var resumption = Faults.Take<Fault.Resumption>(who)?.Defect;
        return new HandshakePlan(chain, resumption is not ResumptionDefect.Refused, resumption is ResumptionDefect.Broken);
    }

    /// <summary>An id for a request of the server: a decimal number that counts up on each connection.</summary>
    internal string NextIqId(long connection) => _iqIds
        .AddOrUpdate(
            connection,
            static (id, server) => server.Options.FirstIqId ?? server.Random.Fork($"connection/{id}/iq").NextUInt32() >> 1,
            static (_, last, _) => last + 1,
            this)
        .ToString(CultureInfo.InvariantCulture);

    /// <summary>An id for a notification or message of the server.</summary>
    internal string NextStanzaId() => Interlocked.Increment(ref _lastStanzaId).ToString(CultureInfo.InvariantCulture);

    /// <summary>Records and logs a refusal.</summary>
    internal void Refuse(RefusalKind kind, string reason, SessionIdentity who)
    {
        _refusals.Add(kind, reason, who);
        Events.Add(SimulatorEventKind.Refused, who, $"{KebabCase.Of(kind)} {reason}");
        Log.Refused(kind, who.Connection, reason);
    }

    /// <summary>Lets work go on in the background; a failure is logged.</summary>
    internal void Detach(Task work, SessionIdentity who)
    {
        if (!work.IsCompletedSuccessfully)
        {
            _ = ObserveAsync();
        }

        async Task ObserveAsync()
        {
            try
            {
                await work;
            }
            catch (OperationCanceledException)
            {
                // The connection ended, which is said elsewhere.
            }
            catch (Exception e)
            {
                Log.BackgroundWorkFailed(e, who.Connection);
            }
        }
    }

    /// <summary>A queue for stanzas whose events carry the identity.</summary>
    internal DeliveryQueue NewQueue(Func<SessionIdentity> who, Action<Node>? onDropped = null) =>
        new(Options.DeviceQueueCapacity, Time, (kind, detail) => Events.Add(kind, who(), detail), onDropped);

    /// <summary>The queue of a device, which outlives its connections.</summary>
    internal DeliveryQueue NewDeviceQueue(Account account, int device) =>
        NewQueue(
            () => new SessionIdentity(account.Device(device)?.Connection, account.Phone, device),
            stanza => World.Post.Miss(account.Device(device), stanza["type"]));

    private void Tick()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Tick();
        }
    }

    private int StrikeNow(LineFault fault)
    {
        var struck = 0;
        foreach (var connection in _connections.Values)
        {
            if (fault.Covers(connection.Who))
            {
                OnFaultApplied(connection.Who, fault);
                connection.Strike(fault);
                struck++;
            }
        }

        return struck;
    }

    private void OnFaultApplied(SessionIdentity who, Fault fault)
    {
        var name = fault.GetType().Name;
        Events.Add(SimulatorEventKind.FaultApplied, who, name);
        Log.FaultStruck(name, who.Connection);
    }

    private void OnAccountDeleted(Account account)
    {
        foreach (var device in account.Devices)
        {
            Unlink(account, device.Id, "account-deleted");
        }

        People.Detach(account);
    }
}
