using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Tests.Client;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>
/// A client that mirrors the address book of a phone over a network that can spoil everything, with clocks that the test moves.
/// </summary>
internal sealed class CorruptionScene : IAsyncDisposable
{
    public const AppStateCollection Book = AppStateCollection.CriticalUnblockLow;
    public const string BookName = "critical_unblock_low";

    public static readonly Jid Anna = Jid.Parse("15550100001@s.whatsapp.net");
    public static readonly Jid Bert = Jid.Parse("15550100002@s.whatsapp.net");
    public static readonly Jid Carla = Jid.Parse("15550100003@s.whatsapp.net");

    // Real time for real work between two seconds of the client's.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(25);

    private CorruptionScene(Network network, Account account)
    {
        (Network, Account) = (network, account);
        Client = network.CreateClient(Store, options => options with { EventSink = Watch, QueryTimeout = TimeSpan.FromDays(1) });
    }

    public Network Network { get; }

    public Account Account { get; }

    public Handset Phone => Account.Handset;

    public HealthWatch Watch { get; } = new();

    public InMemoryWhatsAppStore Store { get; } = new();

    public WhatsAppClient Client { get; }

    public CollectionHealth Health => Client.HealthOf(Book);

    /// <summary>A phone with Anna and Bert, and a client that is linked to it.</summary>
    /// <param name="isSynced">Whether to wait until the client has everything.</param>
    /// <param name="prepare">What happens before the client is linked.</param>
    public static async Task<CorruptionScene> StartAsync(bool isSynced = true, Action<CorruptionScene>? prepare = null)
    {
        var network = await Network.StartAsync();
        var scene = new CorruptionScene(network, network.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true, PushName = "Olivia" }));
        scene.Phone.AddressBook.AddRange([new PhoneContact(Anna, "Anna"), new PhoneContact(Bert, "Bert")]);
        scene.Phone.SetNctSalt([1, 2, 3]);
        scene.Phone.SetNumberOfLidChat(Jid.Parse("200000000000002@lid"), Bert);
        prepare?.Invoke(scene);
        await network.LinkAsync(scene.Client, scene.Account);
        if (isSynced)
        {
            await scene.HealthyAsync();
        }

        return scene;
    }

    public void Arm(Fault fault) => Network.Server.Faults.Add(fault);

    /// <summary>Arms a defect in what the server says about the address book.</summary>
    public void Spoil(AppStateDefect defect, AppStatePart part = AppStatePart.Any, int times = 1) =>
        Arm(new Fault.AppState { Defect = defect, In = part, Collection = BookName, Times = times });

    /// <summary>The client asks for news of the address book.</summary>
    public Task FetchAsync() => Client.SyncAppStateAsync([Book]);

    /// <summary>Lets time pass for the client, second by second, until something is done: what it waits for in between is its business.</summary>
    public async Task PassTimeUntilAsync(Task done)
    {
        var limited = done.WaitAsync(TimeSpan.FromMinutes(1));
        while (!limited.IsCompleted)
        {
            Network.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(limited, Task.Delay(Breath));
        }

        await limited;
    }

    /// <summary>Waits until all collections are healthy.</summary>
    public Task HealthyAsync() => Watch.UntilAsync(
        () => AppStateCollections.All.All(c => Client.HealthOf(c).Status == CollectionStatus.Healthy), "all collections are healthy");

    /// <summary>Waits until the address book has a status.</summary>
    public Task StatusAsync(CollectionStatus status) => Watch.UntilAsync(() => Health.Status == status, $"the address book is {status}");

    /// <summary>Waits until the client has stored that it asked the phone for its copy.</summary>
    public Task RecoveryAskedAsync() => Watch.UntilAsync(() => Health.RecoveryRequestId is not null, "the phone is asked for its copy");

    /// <summary>The names that the client knows from the address book.</summary>
    public async Task<IReadOnlyDictionary<Jid, string?>> NamesAsync()
    {
        var names = new SortedDictionary<Jid, string?>(Comparer<Jid>.Create((a, b) => string.CompareOrdinal(a.User, b.User)));
        await foreach (var contact in Store.Account.ReadContactsAsync(default))
        {
            if (contact.AddressBook is { } entry)
            {
                names.Add(contact.Jid, entry.FullName);
            }
        }

        return names;
    }

    /// <summary>Requires that the client knows exactly the phone's address book.</summary>
    public async Task AssertBookAsync() => Assert.Equal(
        Phone.AddressBook.All.Select(c => $"{c.Jid.User} {c.FullName}").Order(StringComparer.Ordinal),
        (await NamesAsync()).Select(c => $"{c.Key.User} {c.Value}"));

    /// <summary>
    /// Requires that nothing else suffered: the other collections, the connection, the rules of the network. And that the message
    /// that makes a phone log out all devices was not sent.
    /// </summary>
    public void AssertNothingElseSuffered()
    {
        foreach (var other in AppStateCollections.All.Where(c => c != Book))
        {
            Assert.Equal([(CollectionStatus.Healthy, CollectionProblem.None)], Watch.PathOf(other));
        }

        Assert.Equal(WhatsAppState.Connected, Client.State);
        Assert.DoesNotContain(Watch.Events, e => e is WhatsAppEvent.Disconnected { Reason: not DisconnectReason.RestartRequired });
        Network.AssertNothingRefused();
        Assert.DoesNotContain(
            Network.Server.Events.Since(0), e => e.Kind == SimulatorEventKind.MessageOpened && e.Detail!.Contains("fatal", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Network.DisposeAsync();
    }
}
