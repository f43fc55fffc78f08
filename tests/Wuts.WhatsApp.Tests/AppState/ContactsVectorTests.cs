using System.Text;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

public class ContactsVectorTests
{
    [Fact]
    public void Expanded_keys_of_the_vector_agree()
    {
        foreach (var key in ContactsVector.Root.GetProperty("sync_keys").EnumerateObject())
        {
            Assert.True(ContactsVector.Ring.TryGet(Hex.Bytes(key.Name), out var keys));
            var expanded = key.Value.GetProperty("expanded");
            Assert.Equal(expanded.TextOf("indexKey"), Hex.Text(keys.IndexKey));
            Assert.Equal(expanded.TextOf("patchMacKey"), Hex.Text(keys.PatchMacKey));
        }
    }

    [Fact]
    public async Task Every_step_gives_the_stated_state_and_at_the_end_the_stated_contacts()
    {
        var store = new InMemoryAppStateStore();
        var book = new ContactBook();
        using (var draft = await NewDraftAsync(store))
        {
            draft.Replace(ContactsVector.ReadSnapshot());
            await CommitAsync(draft, store, book);
        }

        await ContactsVector.AssertStateAsync(ContactsVector.Snapshot.GetProperty("state_after"), store);
        Assert.Equal(10, book.Entries.Count);

        foreach (var patch in ContactsVector.Patches)
        {
            using var draft = await NewDraftAsync(store);
            Assert.Null(await draft.ApplyAsync([ContactsVector.ReadPatch(patch)], default));
            await CommitAsync(draft, store, book);
            await ContactsVector.AssertStateAsync(patch.GetProperty("state_after"), store);
        }

        AssertFinalContacts(book);
    }

    [Fact]
    public async Task Snapshot_and_all_patches_in_one_step_give_the_same()
    {
        var store = new InMemoryAppStateStore();
        var book = new ContactBook();
        using var draft = await NewDraftAsync(store);
        draft.Replace(ContactsVector.ReadSnapshot());
        Assert.Null(await draft.ApplyAsync([.. ContactsVector.Patches.Select(ContactsVector.ReadPatch)], default));

        await CommitAsync(draft, store, book);

        await ContactsVector.AssertStateAsync(ContactsVector.Patches[^1].GetProperty("state_after"), store);
        AssertFinalContacts(book);
    }

    [Fact]
    public async Task All_patches_in_one_step_after_the_snapshot_give_the_same()
    {
        var store = await ContactsVector.StoreAtAsync(5);
        var book = new ContactBook();
        using (var snapshot = await NewDraftAsync(new InMemoryAppStateStore()))
        {
            snapshot.Replace(ContactsVector.ReadSnapshot());
            book.Apply((await snapshot.BuildDeltaAsync(default)).Changes);
        }

        using var draft = await NewDraftAsync(store);
        Assert.Null(await draft.ApplyAsync([.. ContactsVector.Patches.Select(ContactsVector.ReadPatch)], default));
        await CommitAsync(draft, store, book);

        await ContactsVector.AssertStateAsync(ContactsVector.Patches[^1].GetProperty("state_after"), store);
        AssertFinalContacts(book);
    }

    [Fact]
    public void Records_decode_to_the_stated_plaintext()
    {
        using var decoder = new MutationDecoder(ContactsVector.Ring);
        foreach (var mutation in AllMutations())
        {
            var operation = mutation.TextOf("operation") == "SET" ? MutationOperation.Set : MutationOperation.Remove;
            var encoded = new Protos.SyncdRecord
            {
                Index = new Protos.SyncdIndex { Blob = Google.Protobuf.ByteString.CopyFrom(mutation.HexOf("index_mac")) },
                Value = new Protos.SyncdValue { Blob = Google.Protobuf.ByteString.CopyFrom(mutation.HexOf("value_blob")) },
                KeyId = new Protos.KeyId { Id = Google.Protobuf.ByteString.CopyFrom(mutation.HexOf("key_id")) },
            };

            var fault = decoder.TryDecode(
                operation, EncryptedRecord.Read(Google.Protobuf.MessageExtensions.ToByteArray(encoded)), out var record);

            Assert.Equal(MutationFault.None, fault);
            Assert.Equal(mutation.TextOf("value_mac"), record.ValueMac.ToString());
            Assert.Equal(mutation.TextOf("index_json_utf8"), Encoding.UTF8.GetString(record.Index.Span));
            Assert.Equal(mutation.GetProperty("action_version").GetInt32(), record.ActionVersion);
            var data = Protos.SyncActionData.Parser.ParseFrom(mutation.HexOf("sync_action_data_plain"));
            Assert.Equal(Google.Protobuf.MessageExtensions.ToByteArray(data.Value), record.Value.ToArray());
        }
    }

    [Fact]
    public void Records_encode_to_the_stated_bytes()
    {
        foreach (var mutation in AllMutations())
        {
            Assert.True(ContactsVector.Ring.TryGet(mutation.HexOf("key_id"), out var keys));
            var data = Protos.SyncActionData.Parser.ParseFrom(mutation.HexOf("sync_action_data_plain"));
            var index = AppStateIndex.Write([.. mutation.GetProperty("index").EnumerateArray().Select(p => p.GetString()!)]);

            var encoded = MutationEncoder.Encode(
                mutation.TextOf("operation") == "SET" ? MutationOperation.Set : MutationOperation.Remove,
                keys, index, data.Value, mutation.GetProperty("action_version").GetInt32(), mutation.HexOf("iv"), out var record);

            Assert.Equal(mutation.TextOf("index_json_utf8"), Encoding.UTF8.GetString(index));
            Assert.Equal(mutation.TextOf("value_blob"), Hex.Text(encoded.Record.Value.Blob.Span));
            Assert.Equal(mutation.TextOf("index_mac"), record.IndexMac.ToString());
            Assert.Equal(mutation.TextOf("value_mac"), record.ValueMac.ToString());
        }
    }

    [Fact]
    public async Task Entry_written_again_under_a_newer_key_is_changed_and_not_removed()
    {
        var store = await ContactsVector.StoreAtAsync(9);
        using var draft = await NewDraftAsync(store);
        Assert.Null(await draft.ApplyAsync([ContactsVector.ReadPatch(ContactsVector.Patches[^1])], default));

        var delta = await draft.BuildDeltaAsync(default);

        var change = Assert.IsType<AppStateChange.ContactSet>(Assert.Single(delta.Changes));
        Assert.Equal("Ana Souza Lima", change.Names.FullName);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1755000005000), change.ChangedAt);
        Assert.Single(delta.Deletes);
    }

    [Fact]
    public async Task Removal_of_an_unknown_entry_is_counted_and_changes_nothing_but_the_version()
    {
        var store = await ContactsVector.StoreAtAsync(7);
        using var draft = await NewDraftAsync(store);
        Assert.Null(await draft.ApplyAsync([ContactsVector.ReadPatch(ContactsVector.Patches[2])], default));

        var delta = await draft.BuildDeltaAsync(default);

        Assert.Equal(1, draft.UnknownRemovals);
        Assert.Equal(8UL, delta.State.Version);
        Assert.Empty(delta.Changes);
        Assert.Empty(delta.Upserts);
        Assert.Empty(delta.Deletes);
    }

    [Fact]
    public async Task Every_negative_is_refused_and_nothing_changes()
    {
        var names = new List<string>();
        foreach (var negative in ContactsVector.Root.GetProperty("negative").EnumerateArray())
        {
            var name = negative.TextOf("name");
            names.Add(name);
            var fresh = name == "stale-base";
            var store = fresh ? new InMemoryAppStateStore() : await ContactsVector.StoreAtAsync(5);
            using var draft = await NewDraftAsync(store);

            var outcome = await draft.ApplyAsync([PatchEnvelope.Read(negative.HexOf("syncd_patch_proto"))], default);

            AppStateOutcome expected = name switch
            {
                "tampered-value-byte" => Rejected(AppStateFault.ValueMac),
                "tampered-value-mac" or "dropped-mutation" or "reordered-mutations" => Rejected(AppStateFault.PatchMac),
                "tampered-index-mac" => Rejected(AppStateFault.IndexMac),
                "wrong-version" => new AppStateOutcome.Gap(6, 7),
                "stale-base" => new AppStateOutcome.Gap(1, 6),
                "unknown-key" => new AppStateOutcome.BlockedOnKeys([]),
                _ => throw new InvalidOperationException($"No expectation for {name}."),
            };
            if (outcome is AppStateOutcome.BlockedOnKeys blocked)
            {
                Assert.Equal("unknown-key", name);
                Assert.Equal("00000000ffff", Assert.Single(blocked.Missing).ToString());
            }
            else
            {
                Assert.Equal(expected, outcome);
            }

            Assert.False(draft.HasProgress);
            var delta = await draft.BuildDeltaAsync(default);
            Assert.Empty(delta.Upserts);
            Assert.Empty(delta.Deletes);
            Assert.Empty(delta.Changes);
            if (!fresh)
            {
                await ContactsVector.AssertStateAsync(ContactsVector.Snapshot.GetProperty("state_after"), store);
                Assert.Equal(await store.LoadStateAsync(ContactsVector.Collection, default), delta.State);
            }
        }

        Assert.Equal(8, names.Count);
    }

    [Fact]
    public async Task Patch_on_a_foreign_base_of_the_right_version_asks_for_a_resync()
    {
        var stale = ContactsVector.Root.GetProperty("negative").EnumerateArray().Single(n => n.TextOf("name") == "stale-base");
        var wrongBase = new CollectionState(5, new byte[LtHash.Size]);
        using var draft = new CollectionDraft(ContactsVector.Collection, wrongBase, new InMemoryAppStateStore(), ContactsVector.Ring);

        var outcome = await draft.ApplyAsync([PatchEnvelope.Read(stale.HexOf("syncd_patch_proto"))], default);

        Assert.Equal(new AppStateOutcome.NeedsResync(ResyncReason.HashMismatch), outcome);
        Assert.False(draft.HasProgress);
    }

    [Fact]
    public async Task Patches_before_a_bad_one_stay_applied()
    {
        var store = await ContactsVector.StoreAtAsync(5);
        using var draft = await NewDraftAsync(store);
        var bad = ContactsVector.Patches[2].HexOf("syncd_patch_proto");
        bad[^20] ^= 1;

        var outcome = await draft.ApplyAsync(
            [ContactsVector.ReadPatch(ContactsVector.Patches[0]), ContactsVector.ReadPatch(ContactsVector.Patches[1]), PatchEnvelope.Read(bad)],
            default);

        Assert.NotNull(outcome);
        Assert.Equal(7UL, draft.Version);
        await CommitAsync(draft, store, new ContactBook());
        await ContactsVector.AssertStateAsync(ContactsVector.Patches[1].GetProperty("state_after"), store);
    }

    [Fact]
    public async Task Missing_keys_of_a_patch_are_all_named()
    {
        var store = await ContactsVector.StoreAtAsync(9);
        var state = await store.LoadStateAsync(ContactsVector.Collection, default);
        using var draft = new CollectionDraft(ContactsVector.Collection, state, store, AppStateKeyRing.Empty);

        var outcome = await draft.ApplyAsync([ContactsVector.ReadPatch(ContactsVector.Patches[^1])], default);

        var blocked = Assert.IsType<AppStateOutcome.BlockedOnKeys>(outcome);
        Assert.Equal(["00000000361b", "00000000361c"], blocked.Missing.Select(k => k.ToString()).Order());
    }

    private static IEnumerable<JsonElement> AllMutations() =>
        ContactsVector.Patches.Prepend(ContactsVector.Snapshot).SelectMany(p => p.GetProperty("mutations").EnumerateArray());

    private static AppStateOutcome.Rejected Rejected(AppStateFault fault) => new(AppStateSource.Patch, fault);

    private static async Task<CollectionDraft> NewDraftAsync(InMemoryAppStateStore store) => new(
        ContactsVector.Collection, await store.LoadStateAsync(ContactsVector.Collection, default), store, ContactsVector.Ring);

    private static async Task CommitAsync(CollectionDraft draft, InMemoryAppStateStore store, ContactBook book)
    {
        var delta = await draft.BuildDeltaAsync(default);
        book.Apply(delta.Changes);
        await store.CommitAsync(delta, default);
    }

    private static void AssertFinalContacts(ContactBook book)
    {
        var expected = ContactsVector.Root.GetProperty("final_contacts").EnumerateObject().ToList();
        Assert.Equal(expected.Select(e => e.Name).Order(StringComparer.Ordinal), book.Entries.Keys);
        foreach (var contact in expected)
        {
            var names = new ContactNames(Text(contact.Value, "fullName"), Text(contact.Value, "firstName"), Text(contact.Value, "username"));
            switch (book.Entries[contact.Name])
            {
                case AppStateChange.ContactSet set:
                    Assert.Equal(names, set.Names);
                    Assert.Equal(Text(contact.Value, "lidJid"), set.Lid?.ToString());
                    Assert.Equal(Text(contact.Value, "pnJid"), set.Phone?.ToString());
                    Assert.Equal(
                        contact.Value.TryGetProperty("saveOnPrimaryAddressbook", out var saved) && saved.GetBoolean(), set.SavedOnPhone);
                    break;
                case AppStateChange.LidContactSet set:
                    Assert.Equal(names, set.Names);
                    break;
                default:
                    Assert.Fail("An entry of another kind.");
                    break;
            }
        }
    }

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.GetString() : null;
}
