using System.Text.Json;
using Google.Protobuf;
using Wuts.Simulator.AppState;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Tests.AppState;
using static Wuts.WhatsApp.Tests.Mirror.Corruption.CorruptionScene;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>Every negative case of appstate-contacts.json, handed to a whole client by a server.</summary>
public class VectorNegativesTests
{
    public static TheoryData<string, CollectionStatus, CollectionProblem> Negatives => new()
    {
        { "tampered-value-byte", CollectionStatus.Resyncing, CollectionProblem.PatchRejected },
        { "tampered-value-mac", CollectionStatus.Resyncing, CollectionProblem.PatchRejected },
        { "tampered-index-mac", CollectionStatus.Resyncing, CollectionProblem.PatchRejected },
        { "dropped-mutation", CollectionStatus.Resyncing, CollectionProblem.PatchRejected },
        { "reordered-mutations", CollectionStatus.Resyncing, CollectionProblem.PatchRejected },
        { "wrong-version", CollectionStatus.Resyncing, CollectionProblem.Gap },
        { "stale-base", CollectionStatus.Resyncing, CollectionProblem.Gap },
        { "unknown-key", CollectionStatus.BlockedOnKeys, CollectionProblem.MissingKeys },
    };

    [Fact]
    public void Every_negative_of_the_vector_is_here() => Assert.Equal(
        ContactsVector.Root.GetProperty("negative").EnumerateArray().Select(n => n.TextOf("name")).Order(),
        Negatives.Select(row => (string)row[0]).Order());

    [Theory]
    [MemberData(nameof(Negatives))]
    public async Task Negative_is_noticed_and_everything_is_there_in_the_end(string name, CollectionStatus status, CollectionProblem problem)
    {
        await using var scene = await StartAsync(prepare: Prepare);
        scene.Arm(new Fault.KeyShare { Defect = KeyShareDefect.Silent, Times = 0 });
        var negative = ContactsVector.Root.GetProperty("negative").EnumerateArray().Single(n => n.TextOf("name") == name);
        var script = new Script(scene, negative.HexOf("syncd_patch_proto"), isForEmptyState: name == "stale-base");
        using var answering = scene.Network.Server.OnIq("w:sync:app:state", script.Answer);
        if (name != "stale-base")
        {
            await scene.FetchAsync();
            await ContactsVector.AssertStateAsync(ContactsVector.Snapshot.GetProperty("state_after"), scene.Store.Account);
        }

        var path = scene.Watch.PathOf(Book).Count;

        script.ShowNegative();
        await scene.FetchAsync();

        Assert.Equal((status, problem), scene.Watch.PathOf(Book)[path]);
        if (status == CollectionStatus.BlockedOnKeys)
        {
            await ContactsVector.AssertStateAsync(ContactsVector.Snapshot.GetProperty("state_after"), scene.Store.Account);
            Assert.Equal(["00000000ffff"], scene.Health.MissingKeys.Select(key => key.ToString()));
        }
        else
        {
            await ContactsVector.AssertStateAsync(ContactsVector.Patches[^1].GetProperty("state_after"), scene.Store.Account);
            var names = await scene.NamesAsync();
            foreach (var contact in ContactsVector.Root.GetProperty("final_contacts").EnumerateObject())
            {
                if (Jid.Parse(contact.Name) is { IsLid: false } phone)
                {
                    Assert.Equal(contact.Value.TryGetProperty("fullName", out var full) ? full.GetString() : null, names[phone]);
                }
            }

            Assert.Equal(CollectionStatus.Healthy, scene.Health.Status);
        }

        scene.AssertNothingElseSuffered();
    }

    private static void Prepare(CorruptionScene scene)
    {
        scene.Phone.AddressBook.Remove(Anna);
        scene.Phone.AddressBook.Remove(Bert);
        foreach (var key in ContactsVector.Root.GetProperty("sync_keys").EnumerateObject())
        {
            scene.Phone.AppState.Keys.Keep(new SyncKey(new AppStateKeyId(Hex.Bytes(key.Name)), key.Value.HexOf("key_data"), 1000));
        }
    }

    // The server's side of the vector: the snapshot at version 5, then the negative in place of version 6, and for who starts
    // anew everything up to version 10.
    private sealed class Script(CorruptionScene scene, byte[] negative, bool isForEmptyState)
    {
        private volatile bool _isShown;
        private volatile bool _wasShown;

        public void ShowNegative() => _isShown = true;

        public Node? Answer(Node iq)
        {
            if (iq.Child("sync")!.Children is not [var collection] || collection["name"] != BookName)
            {
                return null;
            }

            // Who has nothing yet asks for a snapshot; the negative for an empty state comes in its place, once.
            var showsNegative = collection["return_snapshot"] != "true" || (isForEmptyState && !_wasShown);
            _wasShown |= showsNegative;
            var children = !showsNegative
                ? [new Node("snapshot", [], Upload(ContactsVector.Snapshot.HexOf("syncd_snapshot_proto")).ToByteArray()), .. _isShown ? Rest() : []]
                : new[] { new Node("patches", [], [new Node("patch", [], negative)]) };
            return new Node("iq", [("id", iq["id"]), ("from", Jid.WhatsApp), ("type", "result")],
                [new Node("sync", [], [new Node("collection", [("name", BookName), ("version", _isShown ? 10 : 5)], children)])]);
        }

        private IEnumerable<Node> Rest() => [new Node("patches", [], [.. ContactsVector.Patches.Select(patch => new Node("patch", [], Encode(patch)))])];

        private byte[] Encode(JsonElement vector)
        {
            var patch = SyncdPatch.Parser.ParseFrom(vector.HexOf("syncd_patch_proto"));
            if (vector.TryGetProperty("external", out var external))
            {
                patch.ExternalMutations = Upload(external.HexOf("syncd_mutations_proto"));
            }

            return patch.ToByteArray();
        }

        private ExternalBlobReference Upload(byte[] content) =>
            scene.Network.Server.Blobs.Upload(content, MediaKind.AppState, scene.Account.Phone).ToReference();
    }
}
