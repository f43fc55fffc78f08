using System.Collections.Concurrent;
using System.Globalization;
using Wuts.Simulator;
using Wuts.Simulator.Faults;

namespace Wuts.Contract.Scene;

/// <summary>
/// A running gateway that knows the simulated WhatsApp of this process, and nothing else of it: it may run in other processes.
/// Everything is done over HTTP and at the simulator; clocks cannot be set, and services cannot be looked into.
/// </summary>
/// <remarks>
/// <para>
/// How to add tests: derive an abstract class from <see cref="ContractTests"/> (or <see cref="ContractTests{TScene}"/>, for a scene that
/// all of its tests share and none of them changes) in the folder of its dialect; mark each test with the statement that it shows. Then
/// derive one line per deployment, in <c>Wuts.Contract.Tests</c> and <c>Wuts.Cluster.Tests/Contract</c>:
/// <c>public sealed class ProfileTests(EmbeddedGateway gateway) : ProfileContract(gateway);</c> under the collection of the deployment.
/// </para>
/// <para>
/// A device may only ask WhatsApp so much (60 lookups, 8 checks of numbers, 60 pictures, one list of all groups, 5 fetches of app state at
/// once; then one every few seconds): who asks more takes another device. Faults must name an account, and the people of
/// <see cref="People"/> stay as they are, because all classes share one simulator.
/// </para>
/// </remarks>
public abstract class GatewayUnderTest : IAsyncLifetime
{
    /// <summary>The operator's token of every deployment.</summary>
    protected const string OperatorToken = "the-operators-token";

    /// <summary>For how long a deployment waits for an answer of WhatsApp: long enough for a busy machine, short enough to be awaited.</summary>
    protected const int QuerySeconds = 15;

    private readonly ConcurrentDictionary<Type, Lazy<Task<object>>> _scenes = new();
    private SimulatorHost? _simulator;
    private Task<SilentWhatsApp>? _silence;
    private int _names;

    /// <summary>Where it listens.</summary>
    public abstract Uri Address { get; }

    /// <summary>The simulated WhatsApp.</summary>
    public SimulatorServer WhatsApp => _simulator!.Server;

    /// <summary>The people of the contracts' examples.</summary>
    public ExamplePeople People { get; private set; } = null!;

    /// <summary>What is answered while WhatsApp is silent: awaited beside all other tests, because it takes as long as the patience with it.</summary>
    public Task<SilentWhatsApp> Silence => _silence!;

    /// <summary>Somebody without a token.</summary>
    public ApiClient Anyone => new(Address, null);

    /// <summary>The operator.</summary>
    public ApiClient Operator => new(Address, OperatorToken);

    /// <summary>Starts WhatsApp, and the gateway on it.</summary>
    public async Task InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 19, FirstPictureId = ExamplePeople.FirstPictureId });
        People = new ExamplePeople(WhatsApp);
        await StartAsync(_simulator);
        _silence = SilentWhatsApp.WatchAsync(this);
    }

    /// <summary>Stops both.</summary>
    public async Task DisposeAsync()
    {
        await StopAsync();
        if (_silence is Task silence)
        {
            // Nobody has waited for it when none of its tests ran; its calls end with the gateway.
            await silence.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }
    }

    /// <summary>A word that nobody else has in this deployment.</summary>
    public string NextName(string word = "tenant") =>
        string.Create(CultureInfo.InvariantCulture, $"{word}{Interlocked.Increment(ref _names)}");

    /// <summary>A new tenant; its first user, an admin.</summary>
    public Task<Caller> RegisterAsync() => Caller.RegisterAsync(Address, OperatorToken, NextName());

    /// <summary>A new tenant with a linked device.</summary>
    /// <param name="prepare">What the account has on its phone and in its groups before the device is linked.</param>
    /// <param name="spec">What the account is like; by default a phone that is on.</param>
    public async Task<LinkedUser> LinkAsync(Action<Account>? prepare = null, AccountSpec? spec = null) =>
        await LinkAsync(await RegisterAsync(), prepare, spec);

    /// <summary>A device of a user, linked to a new account; returns when its address book is there.</summary>
    /// <param name="user">Whose device it is.</param>
    /// <param name="prepare">What the account has on its phone and in its groups before the device is linked.</param>
    /// <param name="spec">What the account is like; by default a phone that is on.</param>
    public async Task<LinkedUser> LinkAsync(Caller user, Action<Account>? prepare = null, AccountSpec? spec = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        var account = WhatsApp.Accounts.Create(spec ?? new AccountSpec { PhoneIsOn = true });
        prepare?.Invoke(account);
        var device = await user.CreateDeviceAsync();
        await user.ScanAsync(WhatsApp, account);
        var book = WhatsApp.ContactsOf(account).All.Select(contact => contact.Jid).Distinct().Count();
        if (book > 0)
        {
            await user.UntilContactsAsync(book);
        }

        return new LinkedUser(user, account, device);
    }

    /// <summary>Arms a fault of one account until it is disposed.</summary>
    /// <exception cref="ArgumentException">It would strike other classes' accounts too.</exception>
    public IDisposable Arm(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentException.ThrowIfNullOrEmpty(fault.Account);
        return new Armed(WhatsApp.Faults, WhatsApp.Faults.Add(fault with { Times = 0 }).Id!.Value);
    }

    /// <summary>What all tests of a class have in common: made by the first that asks.</summary>
    /// <param name="owner">The class.</param>
    /// <param name="make">Makes it.</param>
    public async Task<TScene> ShareAsync<TScene>(Type owner, Func<Task<TScene>> make)
        where TScene : class
    {
        var scene = _scenes.GetOrAdd(owner, _ => new Lazy<Task<object>>(async () => await make()));
        return (TScene)await scene.Value;
    }

    /// <summary>Starts the gateway and waits until it is ready.</summary>
    protected abstract Task StartAsync(SimulatorHost simulator);

    /// <summary>Stops the gateway, if it was started.</summary>
    protected abstract Task StopAsync();

    /// <summary>The settings that every deployment has, besides where it listens and stores.</summary>
    protected static Dictionary<string, string?> Settings(SimulatorHost simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        return new()
        {
            ["Wuts:MasterToken"] = OperatorToken,
            ["WhatsApp:Endpoint"] = simulator.Endpoint.ToString(),
            ["WhatsApp:NoiseRootKey"] = Convert.ToHexString(simulator.RootKey.Span),
            ["WhatsApp:MediaBaseUrl"] = simulator.MediaBaseUrl.ToString(),
            ["WhatsApp:QueryTimeout"] = QuerySeconds.ToString(CultureInfo.InvariantCulture),
            ["Logging:LogLevel:Default"] = "Warning",
        };
    }

    private sealed class Armed(FaultBoard board, long id) : IDisposable
    {
        public void Dispose() => board.Remove(id);
    }
}
