using System.Net;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using AppStateSyncKey = Wuts.WhatsApp.AppState.AppStateSyncKey;

namespace Wuts.WhatsApp.Tests.AppState;

public sealed class AppStateSynchronizerTests : IDisposable
{
    private readonly SyncFixture _fixture = new();

    private TestPhone Phone => _fixture.Phone;

    private TestAppStateServer Server => _fixture.Server;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task First_keys_bring_snapshot_and_later_patches_in_one_commit()
    {
        for (var i = 0; i < 25; i++)
        {
            _fixture.Write(i, $"before {i}");
        }

        Server.TakeSnapshot(SyncFixture.Contacts);
        for (var i = 0; i < 25; i++)
        {
            _fixture.Write(i, i % 5 == 0 ? null : $"after {i}");
        }

        await _fixture.ShareKeysAsync();

        await _fixture.AssertMirroredAsync();
        var commit = Assert.Single(_fixture.Commits, c => c.Collection == SyncFixture.Contacts);
        Assert.Equal(20, commit.Changes.Count());
        Assert.All(commit.Changes, c => Assert.StartsWith("after", ((AppStateChange.ContactSet)c).Names.FullName, StringComparison.Ordinal));
        Assert.Equal(CollectionStatus.Healthy, _fixture.Health.Status);
    }

    [Fact]
    public async Task Collection_without_a_snapshot_is_read_from_its_first_patch()
    {
        for (var i = 0; i < 25; i++)
        {
            _fixture.Write(i, $"name {i}");
        }

        await _fixture.ShareKeysAsync();

        await _fixture.AssertMirroredAsync();
        Assert.Equal([10UL, 20UL, 25UL], _fixture.Commits.Select(c => c.State.Version));
    }

    [Fact]
    public async Task All_collections_share_the_first_request()
    {
        _fixture.Write(1, "Ann");

        await _fixture.ShareKeysAsync();

        Assert.Equal(
            AppStateCollections.All.Select(c => c.WireName()), Server.Queries[0].Child("sync")!.Children.ToArray().Select(c => c["name"]));
        Assert.All(AppStateCollections.All, c => Assert.Equal(CollectionStatus.Healthy, _fixture.Device.HealthOf(c).Status));
    }

    [Fact]
    public async Task Collection_in_trouble_holds_up_no_other()
    {
        Server.OnCollection = c => c == AppStateCollection.Regular ? 500 : null;
        _fixture.Write(1, "Ann");

        await _fixture.ShareKeysAsync();

        await _fixture.AssertMirroredAsync();
        Assert.Equal(CollectionProblem.ServerError, _fixture.Device.HealthOf(AppStateCollection.Regular).Problem);
        Assert.NotNull(_fixture.Device.NextDue);
        Server.OnCollection = null;
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await _fixture.Device.TickAsync(Server, default);
        Assert.Equal(CollectionStatus.Healthy, _fixture.Device.HealthOf(AppStateCollection.Regular).Status);
        Assert.Null(_fixture.Device.NextDue);
    }

    [Fact]
    public async Task Missing_key_is_asked_for_and_its_arrival_goes_on()
    {
        await StartAsync(3);
        Phone.AddKey();
        _fixture.Write(1, "under the new key");
        await _fixture.SyncAsync();

        Assert.Equal(CollectionStatus.BlockedOnKeys, _fixture.Health.Status);
        var (device, message, _) = Assert.Single(Server.PeerMessages);
        Assert.Equal(0, device.Device);
        Assert.Equal(
            Phone.Keys[^1].Id.Bytes.ToArray(), message.ProtocolMessage.AppStateSyncKeyRequest.KeyIds.Single().KeyId.ToByteArray());
        await _fixture.SyncAsync();
        Assert.Single(Server.PeerMessages);

        await _fixture.ShareKeysAsync();

        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Copy_of_the_phone_that_comes_before_the_request_is_noted_is_taken_over()
    {
        _fixture.Write(1, "name");
        Server.TakeSnapshot(SyncFixture.Contacts);
        Server.OnBlob = Corrupt;
        Task<bool>? accepting = null;
        Server.OnPeerMessage = id =>
        {
            accepting = _fixture.Device.AcceptRecoveryAsync(id, Phone.WriteRecovery(), Server, default);
            return Task.CompletedTask;
        };

        await _fixture.ShareKeysAsync();

        Assert.True(await accepting!);
        await _fixture.AssertMirroredAsync();
        Assert.Equal(CollectionStatus.Healthy, _fixture.Health.Status);
    }

    [Fact]
    public async Task Key_that_no_device_has_leads_to_the_phones_copy()
    {
        await StartAsync(3);
        var lost = Phone.AddKey();
        _fixture.Write(1, "under the lost key");
        await _fixture.SyncAsync();

        await _fixture.Device.ContinueWithKeysAsync(new KeyShare([], [lost.Id]), Server.OwnDevices.First(), Server, default);

        Assert.Equal(CollectionStatus.Recovering, _fixture.Health.Status);
        Assert.Equal(
            "critical_unblock_low",
            Server.PeerMessages[^1].Message.ProtocolMessage.PeerDataOperationRequestMessage.SyncdCollectionFatalRecoveryRequest.CollectionName);
    }

    [Fact]
    public async Task Request_for_keys_that_could_not_be_sent_is_repeated_on_the_next_connection()
    {
        await StartAsync(3);
        Phone.AddKey();
        _fixture.Write(1, "under the new key");
        Server.PeerFailure = new WhatsAppException("gone");
        await _fixture.SyncAsync();
        Assert.Empty(Server.PeerMessages);

        Server.PeerFailure = null;
        await _fixture.Device.ConnectedAsync(Server, mayBeNews: false, default);

        Assert.Single(Server.PeerMessages);
    }

    [Fact]
    public async Task Diverged_collection_is_read_anew_and_only_differences_are_reported()
    {
        await StartAsync(20);
        await DivergeAsync();
        _fixture.Write(3, "new name");
        _fixture.Write(4, null);
        Server.TakeSnapshot(SyncFixture.Contacts);
        _fixture.Commits.Clear();

        await _fixture.SyncAsync();

        await _fixture.AssertMirroredAsync();
        Assert.Equal(
            ["ContactRemoved", "ContactSet"],
            Assert.Single(_fixture.Commits).Changes.Select(c => c.ToString()).Order(StringComparer.Ordinal));
        Assert.Contains(_fixture.HealthChanges, h => h is { Status: CollectionStatus.Resyncing, Problem: CollectionProblem.HashMismatch });
        Assert.Equal(CollectionStatus.Healthy, _fixture.Health.Status);
    }

    [Fact]
    public async Task Known_contacts_stay_while_nothing_helps()
    {
        await StartAsync(20);
        var known = _fixture.Book.Entries.Keys.ToList();
        var state = await _fixture.Store.LoadStateAsync(SyncFixture.Contacts, default);
        Server.TakeSnapshot(SyncFixture.Contacts);
        Server.OnPatch = (_, patch) => Corrupt(patch);
        Server.OnBlob = Corrupt;
        _fixture.Write(3, "new name");

        await _fixture.SyncAsync();
        Assert.Equal(CollectionStatus.Recovering, _fixture.Health.Status);
        Assert.True(await _fixture.Device.AcceptRecoveryAsync(
            _fixture.Health.RecoveryRequestId!, new SyncDSnapshotFatalRecoveryResponse(), Server, default));

        Assert.Equal(CollectionStatus.RelinkRequired, _fixture.Health.Status);
        Assert.Equal(known, _fixture.Book.Entries.Keys);
        Assert.Equal(state, await _fixture.Store.LoadStateAsync(SyncFixture.Contacts, default));
        Assert.DoesNotContain(Server.PeerMessages, m => m.Message.ProtocolMessage.AppStateFatalExceptionNotification is not null);
    }

    [Fact]
    public async Task Snapshot_behind_the_known_version_does_not_take_contacts_back_when_its_patches_are_unreadable()
    {
        for (var i = 0; i < 5; i++)
        {
            _fixture.Write(i, $"old {i}");
        }

        Server.TakeSnapshot(SyncFixture.Contacts);
        for (var i = 0; i < 5; i++)
        {
            _fixture.Write(i, $"new {i}");
        }

        await _fixture.ShareKeysAsync();
        await DivergeAsync();
        _fixture.Write(0, "newest");
        Server.OnPatch = (_, patch) => SyncdPatch.Parser.ParseFrom(patch).Version.Version == 8 ? Corrupt(patch) : patch;

        await _fixture.SyncAsync();

        Assert.Equal(CollectionStatus.Recovering, _fixture.Health.Status);
        Assert.Equal(10UL, (await _fixture.Store.LoadStateAsync(SyncFixture.Contacts, default)).Version);
        Assert.All(_fixture.Book.Entries.Values, c => Assert.StartsWith("new", ((AppStateChange.ContactSet)c).Names.FullName, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bad_snapshot_is_replaced_by_the_phones_copy()
    {
        for (var i = 0; i < 5; i++)
        {
            _fixture.Write(i, $"name {i}");
        }

        Server.TakeSnapshot(SyncFixture.Contacts);
        Server.OnBlob = Corrupt;
        await _fixture.ShareKeysAsync();
        Assert.Equal(CollectionStatus.Recovering, _fixture.Health.Status);
        Assert.False(await _fixture.Device.AcceptRecoveryAsync("another request", Phone.WriteRecovery(), Server, default));

        Assert.True(await _fixture.Device.AcceptRecoveryAsync(_fixture.Health.RecoveryRequestId!, Phone.WriteRecovery(), Server, default));

        await _fixture.AssertMirroredAsync();
        Assert.Equal(CollectionStatus.Healthy, _fixture.Health.Status);
        _fixture.Write(9, "afterwards");
        await _fixture.SyncAsync();
        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Large_patch_comes_as_a_download()
    {
        await StartAsync(3);
        Phone.Write(Enumerable.Range(100, 300).Select(i => (SyncFixture.IndexOf(i), (SyncActionValue?)SyncFixture.Named($"bulk {i}"))), Server.Upload);

        await _fixture.SyncAsync();

        await _fixture.AssertMirroredAsync();
        Assert.Equal(1, Server.Downloads);
    }

    [Fact]
    public async Task Lost_download_is_asked_for_again_with_a_new_reference()
    {
        await StartAsync(3);
        Phone.Write([(SyncFixture.IndexOf(100), SyncFixture.Named("bulk"))], Server.Upload);
        var failures = 2;
        Server.OnDownload = () => failures-- > 0 ? new MediaDownloadOutcome.Expired(HttpStatusCode.Gone) : null;

        await _fixture.SyncAsync();

        await _fixture.AssertMirroredAsync();
        Assert.Equal(3, Server.Downloads);
    }

    [Fact]
    public async Task Patches_in_front_of_a_lost_download_are_applied()
    {
        await StartAsync(3);
        _fixture.Write(50, "in front");
        Phone.Write([(SyncFixture.IndexOf(100), SyncFixture.Named("bulk"))], Server.Upload);
        Server.OnDownload = () => new MediaDownloadOutcome.Unreachable(null, null);

        await _fixture.SyncAsync();

        Assert.Contains(SyncFixture.JidOf(50).ToString(), _fixture.Book.Entries.Keys);
        Assert.Equal(CollectionStatus.Retrying, _fixture.Health.Status);
        Server.OnDownload = null;
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await _fixture.Device.TickAsync(Server, default);
        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Lost_connection_between_pages_goes_on_where_it_stopped()
    {
        for (var i = 0; i < 35; i++)
        {
            _fixture.Write(i, $"name {i}");
        }

        var queries = 0;
        Server.OnQuery = _ =>
        {
            if (++queries == 3)
            {
                throw new WhatsAppException("gone");
            }
        };
        await _fixture.ShareKeysAsync();
        Assert.Equal(20UL, (await _fixture.Store.LoadStateAsync(SyncFixture.Contacts, default)).Version);

        await _fixture.RestartAsync();
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await _fixture.Device.ConnectedAsync(Server, mayBeNews: false, default);

        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Server_that_promises_more_and_sends_nothing_ends_in_a_pause()
    {
        await StartAsync(3);
        Server.PageSize = 0;
        _fixture.Write(5, "never sent");

        await _fixture.SyncAsync();

        Assert.Equal(CollectionStatus.Retrying, _fixture.Health.Status);
    }

    [Fact]
    public async Task Empty_answer_to_a_request_for_everything_does_not_empty_the_address_book()
    {
        await StartAsync(5);
        await DivergeAsync();
        _fixture.Write(1, "new");
        Server.OnQuery = query => Server.PageSize = query.Child("sync")!.Child("collection")!["return_snapshot"] == "true" ? 0 : 10;

        await _fixture.SyncAsync();

        Assert.Equal(5, _fixture.Book.Entries.Count);
        Assert.Equal(CollectionStatus.Resyncing, _fixture.Health.Status);
        Server.OnQuery = null;
        Server.PageSize = 10;
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await _fixture.Device.TickAsync(Server, default);
        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Health_survives_a_restart()
    {
        await StartAsync(3);
        Phone.AddKey();
        _fixture.Write(1, "under the new key");
        await _fixture.SyncAsync();
        var before = _fixture.Health;

        await _fixture.RestartAsync();
        await _fixture.Device.ConnectedAsync(Server, mayBeNews: false, default);

        Assert.Equal(before, _fixture.Health);
        Assert.Single(Server.PeerMessages);
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        await _fixture.Device.ConnectedAsync(Server, mayBeNews: false, default);
        Assert.Equal(2, Server.PeerMessages.Count);
    }

    [Fact]
    public async Task New_connection_fetches_what_was_read_long_ago()
    {
        await StartAsync(3);
        _fixture.Write(1, "meanwhile");
        var queries = Server.Queries.Count;

        await _fixture.Device.ConnectedAsync(Server, mayBeNews: false, default);
        Assert.Equal(queries, Server.Queries.Count);
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        await _fixture.Device.ConnectedAsync(Server, mayBeNews: false, default);

        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Failed_commit_changes_nothing_and_surfaces()
    {
        var store = new FailingStore();
        using var fixture = new SyncFixture(store: store);
        fixture.Write(1, "Ann");
        await fixture.ShareKeysAsync();
        fixture.Write(2, "Ben");
        store.FailCommits = true;

        await Assert.ThrowsAsync<IOException>(fixture.SyncAsync);
        Assert.Equal(1UL, (await store.LoadStateAsync(SyncFixture.Contacts, default)).Version);

        store.FailCommits = false;
        await fixture.SyncAsync();
        await fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Another_writer_is_noticed()
    {
        var store = new InMemoryAppStateStore();
        var delta = new AppStateDelta(SyncFixture.Contacts, 0, new CollectionState(3, new byte[128]), [], [], []);
        await store.CommitAsync(delta, default);

        await Assert.ThrowsAsync<AppStateConflictException>(async () => await store.CommitAsync(delta, default));
    }

    private async Task StartAsync(int contacts)
    {
        for (var i = 0; i < contacts; i++)
        {
            _fixture.Write(i, $"name {i}");
        }

        await _fixture.ShareKeysAsync();
        await _fixture.AssertMirroredAsync();
    }

    /// <summary>Makes the stored hash another one, as a lost write would.</summary>
    private async Task DivergeAsync()
    {
        var state = await _fixture.Store.LoadStateAsync(SyncFixture.Contacts, default);
        var hash = state.Hash.ToArray();
        hash[7] ^= 1;
        await _fixture.Store.CommitAsync(
            new AppStateDelta(SyncFixture.Contacts, state.Version, new CollectionState(state.Version, hash), [], [], []), default);
    }

    private static byte[] Corrupt(byte[] bytes)
    {
        var corrupt = (byte[])bytes.Clone();
        corrupt[^30] ^= 1;
        return corrupt;
    }

    /// <summary>A store whose disk is full at times.</summary>
    private sealed class FailingStore : IAppStateStore
    {
        private readonly InMemoryAppStateStore _inner = new();

        public bool FailCommits { get; set; }

        public ValueTask<IReadOnlyList<AppStateSyncKey>> LoadKeysAsync(CancellationToken cancellationToken) =>
            _inner.LoadKeysAsync(cancellationToken);

        public ValueTask SaveKeysAsync(IReadOnlyCollection<AppStateSyncKey> keys, CancellationToken cancellationToken) =>
            _inner.SaveKeysAsync(keys, cancellationToken);

        public ValueTask<CollectionState> LoadStateAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
            _inner.LoadStateAsync(collection, cancellationToken);

        public ValueTask<CollectionHealth> LoadHealthAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
            _inner.LoadHealthAsync(collection, cancellationToken);

        public ValueTask SaveHealthAsync(AppStateCollection collection, CollectionHealth health, CancellationToken cancellationToken) =>
            _inner.SaveHealthAsync(collection, health, cancellationToken);

        public ValueTask<IReadOnlyList<AppStateRecord>> FindAsync(
            AppStateCollection collection, IReadOnlyCollection<AppStateMac> indexMacs, CancellationToken cancellationToken) =>
            _inner.FindAsync(collection, indexMacs, cancellationToken);

        public IAsyncEnumerable<AppStateRecord> ReadAllAsync(AppStateCollection collection, CancellationToken cancellationToken) =>
            _inner.ReadAllAsync(collection, cancellationToken);

        public ValueTask CommitAsync(AppStateDelta delta, CancellationToken cancellationToken) =>
            FailCommits ? ValueTask.FromException(new IOException("disk full")) : _inner.CommitAsync(delta, cancellationToken);
    }
}
