using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.AppState;

public class UploadVectorTests
{
    private static readonly JsonElement Root = VectorFile.Open("appstate-upload.json");

    [Theory]
    [InlineData("contact-add")]
    [InlineData("unmute-overwrite")]
    [InlineData("push-name")]
    [InlineData("contact-remove-with-old-record-key")]
    public async Task Patch_and_request_are_the_stated_bytes_and_lead_to_the_stated_state(string name)
    {
        var vector = Case(name);
        var collection = CollectionOf(vector.GetProperty("request"));
        var mutation = Assert.Single(vector.GetProperty("new_mutations").EnumerateArray());
        var edit = EditOf(mutation, collection);
        var store = await StoreOfAsync(vector.GetProperty("base_state"), collection, name);
        var state = await store.LoadStateAsync(collection, default);
        var builder = new PatchBuilder(collection, ContactsVector.Ring, iv => mutation.HexOf("iv").CopyTo(iv));

        var upload = builder.Build(state, [edit], await store.FindAsync(collection, builder.FindIndexMacs([edit]), default));

        Assert.NotNull(upload);
        Assert.Equal(vector.TextOf("patch_proto"), Hex.Text(upload.Patch));
        var patch = SyncdPatch.Parser.ParseFrom(upload.Patch);
        if (vector.TryGetProperty("snapshot_mac", out var snapshotMac))
        {
            Assert.Equal(snapshotMac.GetString(), Hex.Text(patch.SnapshotMac.Span));
            Assert.Equal(vector.TextOf("patch_mac"), Hex.Text(patch.PatchMac.Span));
        }

        Assert.Equal(mutation.TextOf("key_id"), Hex.Text(patch.Mutations[0].Record.KeyId.Id.Span));
        StanzaVectors.AssertSame(
            NodeOf(vector.GetProperty("request")), AppStateQuery.BuildUpload("UPLOAD-1", collection, upload.BaseVersion, upload.Patch));
        Assert.Equal(vector.GetProperty("state_after").GetProperty("version").GetUInt64(), upload.After.Version);
        Assert.Equal(vector.GetProperty("state_after").TextOf("lthash"), Hex.Text(upload.After.Hash.Span));

        await ApplyAsync(store, collection, upload.Patch);
        await ContactsVector.AssertStateAsync(vector.GetProperty("state_after"), store, collection);
    }

    [Fact]
    public async Task Conflict_is_answered_by_the_same_edit_on_top_of_what_others_did()
    {
        var vector = Case("contact-add-conflict-409");
        var first = Case("contact-add");
        var mutation = first.GetProperty("new_mutations")[0];
        var edit = EditOf(mutation, ContactsVector.Collection);
        var store = await StoreOfAsync(vector.GetProperty("base_state"), ContactsVector.Collection, "contact-add");
        var builder = new PatchBuilder(ContactsVector.Collection, ContactsVector.Ring, iv => mutation.HexOf("iv").CopyTo(iv));
        var firstUpload = builder.Build(await store.LoadStateAsync(ContactsVector.Collection, default), [edit], [])!;
        StanzaVectors.AssertSame(
            NodeOf(vector.GetProperty("first_request")),
            AppStateQuery.BuildUpload("UPLOAD-1", ContactsVector.Collection, firstUpload.BaseVersion, firstUpload.Patch));

        var answer = Assert.Single(AppStateQuery.Parse(NodeOf(vector.GetProperty("server_reply"))));
        Assert.True(answer.IsConflict);
        var others = await ApplyAsync(store, ContactsVector.Collection, Assert.Single(answer.Patches));
        await ContactsVector.AssertStateAsync(vector.GetProperty("state_after_applying_remote"), store);
        var remaining = PatchBuilder.Reconcile([edit], [others]);

        Assert.Same(edit, Assert.Single(remaining));
        var secondUpload = builder.Build(await store.LoadStateAsync(ContactsVector.Collection, default), remaining, [])!;
        StanzaVectors.AssertSame(
            NodeOf(vector.GetProperty("second_request")),
            AppStateQuery.BuildUpload("UPLOAD-1", ContactsVector.Collection, secondUpload.BaseVersion, secondUpload.Patch));
        await ApplyAsync(store, ContactsVector.Collection, secondUpload.Patch);
        await ContactsVector.AssertStateAsync(vector.GetProperty("state_after"), store);
    }

    [Fact]
    public void Every_case_of_the_file_is_covered() => Assert.Equal(
        ["contact-add", "contact-add-conflict-409", "contact-remove-with-old-record-key", "push-name", "unmute-overwrite"],
        Root.GetProperty("cases").EnumerateArray().Select(c => c.TextOf("name")).Order(StringComparer.Ordinal));

    private static JsonElement Case(string name) =>
        Root.GetProperty("cases").EnumerateArray().Single(c => c.TextOf("name") == name);

    private static AppStateEdit EditOf(JsonElement mutation, AppStateCollection collection)
    {
        string[] index = [.. mutation.GetProperty("index").EnumerateArray().Select(p => p.GetString()!)];
        var value = SyncActionData.Parser.ParseFrom(mutation.HexOf("sync_action_data_plain")).Value;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(value.Timestamp);
        if (mutation.TextOf("operation") == "REMOVE")
        {
            return AppStateEdit.RemoveContact(Jid.Parse(index[1]), now);
        }

        if (value.ContactAction is { } contact)
        {
            return AppStateEdit.SetContact(
                Jid.Parse(index[1]), new ContactNames(contact.FullName, contact.FirstName), Jid.Parse(contact.LidJid),
                contact.SaveOnPrimaryAddressbook, now);
        }

        return value.PushNameSetting is { } pushName
            ? AppStateEdit.SetPushName(pushName.Name, now)
            : AppStateEdit.Set(collection, mutation.GetProperty("action_version").GetInt32(), value, now, index);
    }

    // The contact cases start from the end of appstate-contacts.json. The others state only MACs, which is all that counts
    // for a record that is overwritten under its own key.
    private static async Task<InMemoryAppStateStore> StoreOfAsync(JsonElement baseState, AppStateCollection collection, string name)
    {
        if (name.StartsWith("contact", StringComparison.Ordinal))
        {
            var contacts = await ContactsVector.StoreAtAsync(10);
            await ContactsVector.AssertStateAsync(baseState, contacts);
            return contacts;
        }

        var store = new InMemoryAppStateStore();
        var records = baseState.GetProperty("index_value_macs").EnumerateObject().Select(p => new AppStateRecord
        {
            IndexMac = new AppStateMac(Hex.Bytes(p.Name)),
            ValueMac = new AppStateMac(Hex.Bytes(p.Value.GetString()!)),
            KeyId = ContactsVector.Ring.Newest!.Id,
            Index = default,
            Value = default,
            ActionVersion = 0,
        }).ToList();
        var state = new CollectionState(baseState.GetProperty("version").GetUInt64(), baseState.HexOf("lthash"));
        await store.CommitAsync(new AppStateDelta(collection, 0, state, records, [], []), default);
        return store;
    }

    private static async Task<AppStateDelta> ApplyAsync(InMemoryAppStateStore store, AppStateCollection collection, ReadOnlyMemory<byte> patch)
    {
        using var draft = new CollectionDraft(collection, await store.LoadStateAsync(collection, default), store, ContactsVector.Ring);
        Assert.Null(await draft.ApplyAsync([PatchEnvelope.Read(patch)], default));
        var delta = await draft.BuildDeltaAsync(default);
        await store.CommitAsync(delta, default);
        return delta;
    }

    private static AppStateCollection CollectionOf(JsonElement request)
    {
        var name = request.GetProperty("content")[0].GetProperty("content")[0].GetProperty("attrs").TextOf("name");
        Assert.True(AppStateCollections.TryParse(name, out var collection));
        return collection;
    }

    // This file has a simpler notation for nodes than stanzas.json.
    private static Node NodeOf(JsonElement node)
    {
        var attributes = node.GetProperty("attrs").EnumerateObject()
            .Select(a => (a.Name, Value: a.Name is "to" or "from" ? new AttributeValue(Jid.Parse(a.Value.GetString())) : a.Value.GetString()))
            .ToArray();
        var tag = node.TextOf("tag");
        if (!node.TryGetProperty("content", out var content))
        {
            return new Node(tag, attributes);
        }

        return content.ValueKind == JsonValueKind.Array
            ? new Node(tag, attributes, content.EnumerateArray().Select(NodeOf).ToArray())
            : new Node(tag, attributes, content.HexOf("hex"));
    }
}
