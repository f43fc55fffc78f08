using System.Security.Cryptography;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.AppState;

public class PatchBuilderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1755000010000);
    private static readonly Jid Bruno = Jid.Parse("5511999990002@s.whatsapp.net");
    private static readonly Jid Nobody = Jid.Parse("10000000000@s.whatsapp.net");

    private readonly PatchBuilder _builder = new(ContactsVector.Collection, ContactsVector.Ring, RandomNumberGenerator.Fill);

    [Fact]
    public async Task Entry_under_an_old_key_is_written_under_the_new_one_and_removed_under_the_old()
    {
        // The vector wrote this contact under the first key; the second is the newest.
        var store = await ContactsVector.StoreAtAsync(10);
        var delta = await UploadAsync(store, AppStateEdit.SetContact(Bruno, new ContactNames("Bruno L.", null), null, true, Now));

        var change = Assert.IsType<AppStateChange.ContactSet>(Assert.Single(delta.Changes));
        Assert.Equal("Bruno L.", change.Names.FullName);
        Assert.Equal(ContactsVector.Ring.Newest!.Id, Assert.Single(delta.Upserts).KeyId);
        Assert.Single(delta.Deletes);
    }

    [Fact]
    public async Task Removal_reaches_the_record_under_its_own_key()
    {
        var store = await ContactsVector.StoreAtAsync(10);
        var delta = await UploadAsync(store, AppStateEdit.RemoveContact(Bruno, Now));

        Assert.Equal(new AppStateChange.ContactRemoved(Bruno), Assert.Single(delta.Changes));
        Assert.Empty(delta.Upserts);
    }

    [Fact]
    public void Removal_of_what_is_not_there_needs_no_patch() =>
        Assert.Null(_builder.Build(CollectionState.Empty, [AppStateEdit.RemoveContact(Nobody, Now)], []));

    [Fact]
    public async Task Later_edit_of_one_entry_replaces_the_earlier_one()
    {
        var store = await ContactsVector.StoreAtAsync(10);
        var delta = await UploadAsync(
            store,
            AppStateEdit.SetContact(Nobody, new ContactNames("First", null), null, false, Now),
            AppStateEdit.SetContact(Nobody, new ContactNames("Second", null), null, false, Now));

        Assert.Equal("Second", Assert.IsType<AppStateChange.ContactSet>(Assert.Single(delta.Changes)).Names.FullName);
    }

    [Fact]
    public void Patch_holds_a_hundred_mutations_and_not_one_more()
    {
        Assert.NotNull(_builder.Build(CollectionState.Empty, Edits(PatchBuilder.MaxMutations), []));
        Assert.Throws<ArgumentException>(() => _builder.Build(CollectionState.Empty, Edits(PatchBuilder.MaxMutations + 1), []));
    }

    [Fact]
    public void Nothing_can_be_written_without_a_key() =>
        Assert.Throws<InvalidOperationException>(
            () => new PatchBuilder(ContactsVector.Collection, AppStateKeyRing.Empty, RandomNumberGenerator.Fill));

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Own_edit_is_dropped_only_for_a_later_one_of_somebody_else(int millisecondsLater, int remaining)
    {
        var store = await ContactsVector.StoreAtAsync(10);
        var others = await UploadAsync(
            store, AppStateEdit.SetContact(Bruno, new ContactNames("Theirs", null), null, true, Now.AddMilliseconds(millisecondsLater)));
        var own = AppStateEdit.SetContact(Bruno, new ContactNames("Own", null), null, true, Now);
        var unrelated = AppStateEdit.RemoveContact(Nobody, Now);

        Assert.Equal(remaining + 1, PatchBuilder.Reconcile([own, unrelated], [others]).Count);
    }

    [Fact]
    public async Task Own_edit_is_dropped_for_a_later_removal_by_somebody_else()
    {
        var store = await ContactsVector.StoreAtAsync(10);
        var others = await UploadAsync(store, AppStateEdit.RemoveContact(Bruno, Now.AddMilliseconds(1)));

        Assert.Empty(PatchBuilder.Reconcile([AppStateEdit.SetContact(Bruno, new ContactNames("Own", null), null, true, Now)], [others]));
    }

    [Fact]
    public void Contact_edit_needs_a_person_and_a_counterpart_of_the_other_kind()
    {
        var group = Jid.Parse("120363021234567890@g.us");
        Assert.Throws<ArgumentException>(() => AppStateEdit.SetContact(group, default, null, true, Now));
        Assert.Throws<ArgumentException>(() => AppStateEdit.RemoveContact(group, Now));
        Assert.Throws<ArgumentException>(() => AppStateEdit.SetContact(Bruno, default, Nobody, true, Now));
    }

    [Fact]
    public async Task Contact_by_lid_names_its_phone_number()
    {
        var store = await ContactsVector.StoreAtAsync(10);
        var lid = Jid.Parse("100000000000555@lid");
        var delta = await UploadAsync(store, AppStateEdit.SetContact(lid, new ContactNames("L", null, "user"), Bruno, false, Now));

        var change = Assert.IsType<AppStateChange.ContactSet>(Assert.Single(delta.Changes));
        Assert.Equal(lid, change.Contact);
        Assert.Equal(Bruno, change.Phone);
        Assert.Null(change.Lid);
        Assert.Equal("user", change.Names.Username);
        Assert.False(change.SavedOnPhone);
        Assert.Equal(Now, change.ChangedAt);
    }

    private static IEnumerable<AppStateEdit> Edits(int count) => Enumerable.Range(0, count).Select(
        i => AppStateEdit.SetContact(Jid.Parse($"{20000000000 + i}@s.whatsapp.net"), default, null, false, Now));

    private async Task<AppStateDelta> UploadAsync(InMemoryAppStateStore store, params AppStateEdit[] edits)
    {
        var state = await store.LoadStateAsync(ContactsVector.Collection, default);
        var upload = _builder.Build(
            state, edits, await store.FindAsync(ContactsVector.Collection, _builder.FindIndexMacs(edits), default))!;
        using var draft = new CollectionDraft(ContactsVector.Collection, state, store, ContactsVector.Ring);
        Assert.Null(await draft.ApplyAsync([PatchEnvelope.Read(upload.Patch)], default));
        var delta = await draft.BuildDeltaAsync(default);
        Assert.Equal(upload.After, delta.State);
        await store.CommitAsync(delta, default);
        return delta;
    }
}
