using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

public sealed class UploadTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1755000010000);

    private readonly SyncFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Accepted_edits_are_committed_here_and_on_the_phone()
    {
        await StartAsync();

        var outcome = await UploadAsync(Rename(1, "renamed"), Remove(2), Rename(77, "new"));

        Assert.Equal(new UploadOutcome.Accepted(_fixture.Phone.Version), outcome);
        await _fixture.AssertMirroredAsync();
        Assert.DoesNotContain(SyncFixture.JidOf(2).ToString(), _fixture.Book.Entries.Keys);
    }

    [Fact]
    public async Task Edits_of_entries_under_an_old_key_reach_them()
    {
        await StartAsync();
        _fixture.Phone.AddKey();
        await _fixture.ShareKeysAsync();

        Assert.IsType<UploadOutcome.Accepted>(await UploadAsync(Rename(1, "renamed"), Remove(2)));

        await _fixture.AssertMirroredAsync();
        _fixture.Write(1, "again");
        await _fixture.SyncAsync();
        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Edit_is_built_anew_when_somebody_else_was_faster()
    {
        await StartAsync();
        var others = 3;
        _fixture.Server.BeforeUpload = () =>
        {
            if (others-- > 0)
            {
                _fixture.Write(50 + others, "theirs");
            }
        };

        Assert.IsType<UploadOutcome.Accepted>(await UploadAsync(Rename(1, "mine")));

        await _fixture.AssertMirroredAsync();
        Assert.Equal("mine", NameOf(1));
        Assert.Equal("theirs", NameOf(50));
    }

    [Fact]
    public async Task Edit_gives_way_to_a_later_one_of_the_same_entry()
    {
        await StartAsync();
        var done = false;
        _fixture.Server.BeforeUpload = () =>
        {
            if (!done)
            {
                done = true;
                _fixture.Phone.Write([(SyncFixture.IndexOf(1), SyncFixture.Named("theirs", Now.ToUnixTimeMilliseconds() + 1))]);
            }
        };

        Assert.IsType<UploadOutcome.Superseded>(await UploadAsync(Rename(1, "mine")));

        await _fixture.AssertMirroredAsync();
        Assert.Equal("theirs", NameOf(1));
    }

    [Fact]
    public async Task Upload_gives_up_when_others_are_faster_each_time()
    {
        await StartAsync();
        var number = 100;
        _fixture.Server.BeforeUpload = () => _fixture.Write(number++, "theirs");

        Assert.IsType<UploadOutcome.Contended>(await UploadAsync(Rename(1, "mine")));

        Assert.Equal(105, number);
        await _fixture.AssertMirroredAsync();
    }

    [Fact]
    public async Task Removal_of_what_is_not_there_sends_nothing()
    {
        await StartAsync();
        var version = _fixture.Phone.Version;

        Assert.IsType<UploadOutcome.Unnecessary>(await UploadAsync(Remove(999)));
        Assert.Equal(version, _fixture.Phone.Version);
    }

    [Fact]
    public async Task Refusal_is_an_outcome()
    {
        await StartAsync();
        _fixture.Server.BeforeUpload = () => _fixture.Server.OnCollection = null;
        var queries = 0;
        _fixture.Server.OnCollection = _ => ++queries == 2 ? 503 : null;

        var outcome = await UploadAsync(Rename(1, "mine"));

        Assert.Equal(503, Assert.IsType<UploadOutcome.Refused>(outcome).Error.Code);
        Assert.Equal(CollectionStatus.Healthy, _fixture.Health.Status);
    }

    [Fact]
    public async Task Lost_answer_is_an_outcome_and_the_next_fetch_tells()
    {
        await StartAsync();
        _fixture.Server.OnQuery = query =>
        {
            if (query.Child("sync")!.Child("collection")!.Child("patch") is { } patch)
            {
                _fixture.Phone.Accept(patch.ContentBytes.ToArray());
                throw new WhatsAppException("gone");
            }
        };

        Assert.IsType<UploadOutcome.NoAnswer>(await UploadAsync(Rename(1, "mine")));
        await _fixture.SyncAsync();

        await _fixture.AssertMirroredAsync();
        Assert.Equal("mine", NameOf(1));
    }

    [Fact]
    public async Task Nothing_is_uploaded_before_the_collection_was_read()
    {
        Assert.IsType<UploadOutcome.NotReady>(await UploadAsync(Rename(1, "mine")));
        Assert.Empty(_fixture.Server.Queries);
    }

    [Fact]
    public async Task Nothing_is_uploaded_on_a_state_that_cannot_be_brought_up_to_date()
    {
        await StartAsync();
        _fixture.Phone.AddKey();
        _fixture.Write(1, "under a key that is not here");

        Assert.IsType<UploadOutcome.NotReady>(await UploadAsync(Rename(2, "mine")));
        Assert.Equal(CollectionStatus.BlockedOnKeys, _fixture.Health.Status);
    }

    [Fact]
    public async Task One_upload_is_for_one_collection()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => UploadAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => UploadAsync(Rename(1, "a"), AppStateEdit.SetPushName("b", Now)));
    }

    private async Task StartAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            _fixture.Write(i, $"name {i}");
        }

        await _fixture.ShareKeysAsync();
    }

    private string? NameOf(int number) =>
        ((AppStateChange.ContactSet)_fixture.Book.Entries[SyncFixture.JidOf(number).ToString()]).Names.FullName;

    private Task<UploadOutcome> UploadAsync(params AppStateEdit[] edits) => _fixture.Device.UploadAsync(edits, _fixture.Server, default);

    private static AppStateEdit Rename(int number, string name) =>
        AppStateEdit.SetContact(SyncFixture.JidOf(number), new ContactNames(name, null), null, true, Now);

    private static AppStateEdit Remove(int number) => AppStateEdit.RemoveContact(SyncFixture.JidOf(number), Now);
}
