using System.Text;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.AppState;

/// <summary>A phone, a server and a device that mirrors the phone's address book.</summary>
internal sealed class SyncFixture : IAppStateListener, IDisposable
{
    public const AppStateCollection Contacts = AppStateCollection.CriticalUnblockLow;

    private int _answered;

    public SyncFixture(int seed = 1, IAppStateStore? store = null)
    {
        Random = new Random(seed);
        Phone = new TestPhone(Contacts, Random);
        Server = new TestAppStateServer(Random, Phone);
        Store = store ?? new InMemoryAppStateStore();
        Device = NewDevice();
        Phone.AddKey();
    }

    public Random Random { get; }

    public ManualTimeProvider Time { get; } = new();

    public TestPhone Phone { get; }

    public TestAppStateServer Server { get; }

    public IAppStateStore Store { get; }

    public AppStateSynchronizer Device { get; private set; }

    public ContactBook Book { get; } = new();

    public List<AppStateDelta> Commits { get; } = [];

    public List<CollectionHealth> HealthChanges { get; } = [];

    public CollectionHealth Health => Device.HealthOf(Contacts);

    public static string IndexOf(int number) => Encoding.UTF8.GetString(AppStateIndex.Write("contact", JidOf(number).ToString()));

    public static Jid JidOf(int number) => Jid.Parse($"{49170000000 + number}@s.whatsapp.net");

    public static SyncActionValue Named(string name, long timestamp = 1755000000000) => new()
    {
        Timestamp = timestamp,
        ContactAction = new ContactAction { FullName = name, SaveOnPrimaryAddressbook = true },
    };

    /// <summary>Writes one contact on the phone.</summary>
    public byte[] Write(int number, string? name) => Phone.Write([(IndexOf(number), name is null ? null : Named(name))]);

    public async Task ShareKeysAsync()
    {
        var share = new KeyShare(Phone.Keys, []);
        await Device.SaveKeysAsync(share, default);
        await Device.ContinueWithKeysAsync(share, Server.OwnDevices.First(), Server, default);
    }

    /// <summary>Plays the phone that is online: answers what it was asked until it is asked nothing more.</summary>
    public async Task AnswerPeersAsync()
    {
        while (_answered < Server.PeerMessages.Count)
        {
            var (device, message, id) = Server.PeerMessages[_answered++];
            if (message.ProtocolMessage.AppStateSyncKeyRequest is { } request)
            {
                var ids = request.KeyIds.Select(k => new AppStateKeyId(k.KeyId.Span)).ToList();
                var share = new KeyShare([.. Phone.Keys.Where(k => ids.Contains(k.Id))], [.. ids.Where(i => Phone.Keys.All(k => k.Id != i))]);
                await Device.SaveKeysAsync(share, default);
                await Device.ContinueWithKeysAsync(share, device, Server, default);
            }
            else
            {
                await Device.AcceptRecoveryAsync(id, Phone.WriteRecovery(), Server, default);
            }
        }
    }

    public Task SyncAsync() => Device.SyncAsync([Contacts], Server, default);

    /// <summary>Ends the process and starts it again on the same store.</summary>
    public async Task RestartAsync()
    {
        Device.Dispose();
        Device = NewDevice();
        await Device.LoadAsync(default);
    }

    /// <summary>Requires the device to know exactly what the phone has.</summary>
    public async Task AssertMirroredAsync(string hint = "")
    {
        var state = await Store.LoadStateAsync(Contacts, default);
        Assert.True(state.Version == Phone.Version, $"version {state.Version}, expected {Phone.Version}, {Health.Status} {Health.Problem} {hint}");
        Assert.True(state.Hash.Span.SequenceEqual(Phone.Hash), $"hash differs {hint}");
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, value) in Phone.Entries)
        {
            Assert.True(AppStateIndex.TryRead(Encoding.UTF8.GetBytes(index), out var parts));
            if (parts is ["contact", var jid])
            {
                expected.Add(jid, value.ContactAction.FullName);
            }
        }

        var actual = new SortedDictionary<string, string>(
            Book.Entries.ToDictionary(e => e.Key, e => ((AppStateChange.ContactSet)e.Value).Names.FullName ?? ""), StringComparer.Ordinal);
        Assert.True(expected.SequenceEqual(actual), $"contacts differ {hint}");
        var records = 0;
        await foreach (var _ in Store.ReadAllAsync(Contacts, default))
        {
            records++;
        }

        Assert.Equal(Phone.Entries.Count(), records);
    }

    public ValueTask CommittedAsync(AppStateDelta delta, CancellationToken cancellationToken)
    {
        Commits.Add(delta);
        Book.Apply(delta.Changes);
        return ValueTask.CompletedTask;
    }

    public ValueTask HealthChangedAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken)
    {
        if (collection == Contacts)
        {
            HealthChanges.Add(health);
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => Device.Dispose();

    private AppStateSynchronizer NewDevice() => new(Store, Server, this, AppStateLimits.Default, Time, () => 0.5);
}
