using System.Collections.Concurrent;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Stores;

namespace Wuts.Core.Tests.Stores;

/// <summary>What one device holds, with the fence on every write.</summary>
internal sealed class MemoryDeviceData : IDeviceData, ICredentialStore
{
    private readonly MemoryDatabase _database;
    private readonly DeviceId _device;
    private readonly Content _content;
    private readonly Func<Fence> _fence;
    private readonly TimeProvider _time;

    public MemoryDeviceData(MemoryDatabase database, DeviceId device, Content content, Func<Fence> fence, TimeProvider time)
    {
        _database = database;
        _device = device;
        _content = content;
        _fence = fence;
        _time = time;
    }

    public ICredentialStore Credentials => this;

    public IPreKeyStore PreKeys => _content.Keys.PreKeys;

    public IAccountStore Account => new FencedAccountStore(_content, Check, _database.Reach, _time);

    public ValueTask<DeviceCredentials?> LoadAsync(CancellationToken cancellationToken)
    {
        _database.Reach();
        return _content.Keys.Credentials.LoadAsync(cancellationToken);
    }

    public ValueTask SaveAsync(DeviceCredentials credentials, CancellationToken cancellationToken)
    {
        Check();
        return _content.Keys.Credentials.SaveAsync(credentials, cancellationToken);
    }

    public ValueTask DeleteKeysAsync(CancellationToken cancellationToken)
    {
        Check();
        return _content.Keys.DeleteKeysAsync(cancellationToken);
    }

    public ValueTask<long> GetBookVersionAsync(CancellationToken cancellationToken)
    {
        _database.Reach();
        return new(_content.Version);
    }

    public ValueTask<IReadOnlyList<Jid>?> FindChangedAsync(long since, CancellationToken cancellationToken) =>
        since < _content.OldestCursor
            ? new((IReadOnlyList<Jid>?)null)
            : new([.. _content.Changes.Where(c => c.Value > since).Select(c => c.Key)]);

    public async ValueTask<PairPage> ReadPairsAsync(int offset, int limit, CancellationToken cancellationToken)
    {
        var pairs = new List<AddressPair>();
        await foreach (var pair in _content.Store.ReadPairsAsync(cancellationToken))
        {
            pairs.Add(pair.Pair);
        }

        return new PairPage([.. pairs.OrderBy(p => p.Lid.ToString(), StringComparer.Ordinal).Skip(offset).Take(limit)], pairs.Count);
    }

    public ValueTask<IReadOnlyList<PairHistory>> ReadPairHistoryAsync(Jid jid, CancellationToken cancellationToken) =>
        new([.. _content.History.Where(h => h.Pair.Phone == jid || h.Pair.Lid == jid).OrderBy(h => h.EndedAt is not null)]);

    public ValueTask SavePendingEditAsync(PendingEdit edit, ContactRecord contact, CancellationToken cancellationToken)
    {
        Check();
        _content.Edits[edit.Person] = edit;
        var commit = new AccountCommit();
        commit.Add(new AccountWrite.Contact(contact));
        return Account.CommitAsync(commit, cancellationToken);
    }

    public ValueTask<IReadOnlyList<PendingEdit>> LoadPendingEditsAsync(CancellationToken cancellationToken) =>
        new([.. _content.Edits.Values.OrderBy(e => e.At)]);

    public async ValueTask RemovePendingEditAsync(PendingEdit edit, CancellationToken cancellationToken)
    {
        Check();
        var stored = await Account.FindContactsAsync([edit.Person], cancellationToken);
        if (_content.Edits.TryRemove(KeyValuePair.Create(edit.Person, edit)) && (stored is [var first, ..] ? first.AddressBook : null) != edit.Names)
        {
            _content.Changes[edit.Person] = ++_content.Version;
        }
    }

    public ValueTask<IReadOnlyList<Registration>> FindRegistrationsAsync(
        IReadOnlyCollection<PhoneNumber> phones, CancellationToken cancellationToken) =>
        new([.. phones.Select(p => _content.Registrations.GetValueOrDefault(p)).OfType<Registration>()]);

    public ValueTask SaveRegistrationsAsync(IReadOnlyCollection<Registration> registrations, CancellationToken cancellationToken)
    {
        Check();
        foreach (var registration in registrations)
        {
            _content.Registrations[registration.Phone] = registration;
            _content.FirstChecks.TryAdd(registration.Phone, registration.CheckedAt);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<DateTimeOffset>> ReadFirstChecksAsync(DateTimeOffset after, CancellationToken cancellationToken) =>
        new([.. _content.FirstChecks.Values.Where(at => at > after).Order()]);

    public ValueTask DeleteAccountDataAsync(CancellationToken cancellationToken)
    {
        Check();
        _content.Forget();
        _database.DeleteCaches(_device);
        return ValueTask.CompletedTask;
    }

    private void Check() => _database.CheckFence(_fence());

    /// <summary>The rows of a device.</summary>
    internal sealed class Content
    {
        public InMemoryWhatsAppStore Keys { get; } = new();

        public InMemoryAccountStore Store { get; private set; } = new();

        public ConcurrentDictionary<Jid, PendingEdit> Edits { get; } = new();

        public ConcurrentDictionary<PhoneNumber, Registration> Registrations { get; } = new();

        public ConcurrentDictionary<PhoneNumber, DateTimeOffset> FirstChecks { get; } = new();

        public ConcurrentDictionary<Jid, long> Changes { get; } = new();

        public List<PairHistory> History { get; } = [];

        public long Version { get; set; } = 1;

        public long OldestCursor { get; set; }

        public void Forget()
        {
            Store = new InMemoryAccountStore();
            Edits.Clear();
            Registrations.Clear();
            FirstChecks.Clear();
            Changes.Clear();
            History.Clear();
            Version++;
            OldestCursor = Version;
        }
    }
}
