using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.AppState;

public class AppStateQueryTests
{
    private const string Id = "12.345-6";

    [Fact]
    public void Request_for_a_snapshot_is_the_documented_one() => StanzaVectors.AssertSame(
        StanzaVectors.Node("appstate-fetch-snapshot"),
        AppStateQuery.BuildFetch(Id, [new CollectionRequest(AppStateCollection.CriticalUnblockLow, null)]));

    [Fact]
    public void Request_for_the_patches_of_several_collections_is_the_documented_one() => StanzaVectors.AssertSame(
        StanzaVectors.Node("appstate-fetch-patches-multi"),
        AppStateQuery.BuildFetch(
            Id,
            [new CollectionRequest(AppStateCollection.CriticalUnblockLow, 5), new CollectionRequest(AppStateCollection.Regular, 12)]));

    [Fact]
    public void Upload_is_the_documented_one()
    {
        var documented = StanzaVectors.Node("appstate-upload");
        var patch = documented.Child("sync")!.Child("collection")!.Child("patch")!.ContentBytes.ToArray();

        StanzaVectors.AssertSame(documented, AppStateQuery.BuildUpload(Id, AppStateCollection.CriticalUnblockLow, 5, patch));
    }

    [Fact]
    public void Answer_with_a_snapshot_and_patches_is_read()
    {
        var answer = Assert.Single(AppStateQuery.Parse(StanzaVectors.Node("appstate-fetch-response-snapshot")));
        var expected = StanzaVectors.Expect("appstate-fetch-response-snapshot");

        Assert.Equal(AppStateCollection.CriticalUnblockLow, answer.Collection);
        Assert.NotNull(answer.Snapshot);
        Assert.Equal(80, answer.Snapshot.Value.Length);
        Assert.Equal(expected.GetProperty("patches").GetInt32(), answer.Patches.Count);
        Assert.Equal(expected.GetProperty("more").GetBoolean(), answer.HasMorePatches);
        Assert.Null(answer.Error);
        Assert.Null(answer.Version);
        Assert.False(answer.IsUpToDate);
    }

    [Fact]
    public void Empty_answer_means_up_to_date()
    {
        var answer = Assert.Single(AppStateQuery.Parse(StanzaVectors.Node("appstate-fetch-response-empty")));

        Assert.Equal(StanzaVectors.Expect("appstate-fetch-response-empty").GetProperty("up_to_date").GetBoolean(), answer.IsUpToDate);
        Assert.Equal(12UL, answer.Version);
    }

    [Fact]
    public void Accepted_upload_states_the_new_version()
    {
        var answer = Assert.Single(AppStateQuery.Parse(StanzaVectors.Node("appstate-upload-ok")));

        Assert.Equal(StanzaVectors.Expect("appstate-upload-ok").GetProperty("accepted_version").GetUInt64(), answer.Version);
        Assert.Null(answer.Error);
    }

    [Fact]
    public void Conflict_comes_with_the_patches_of_the_others()
    {
        var answer = Assert.Single(AppStateQuery.Parse(StanzaVectors.Node("appstate-upload-conflict")));

        Assert.StartsWith("conflict", StanzaVectors.Expect("appstate-upload-conflict").TextOf("outcome"), StringComparison.Ordinal);
        Assert.True(answer.IsConflict);
        Assert.Single(answer.Patches);
    }

    [Fact]
    public void Error_of_one_collection_is_its_own()
    {
        var answer = Assert.Single(AppStateQuery.Parse(StanzaVectors.Node("appstate-error-400")));

        Assert.StartsWith("fatal", StanzaVectors.Expect("appstate-error-400").TextOf("outcome"), StringComparison.Ordinal);
        Assert.Equal(400, answer.Error!.Value.Code);
        Assert.False(answer.IsConflict);
        Assert.False(answer.IsUpToDate);
    }

    [Fact]
    public void Every_documented_stanza_of_the_group_is_covered() => Assert.Equal(8, StanzaVectors.Names("app-state").Count());

    [Fact]
    public void Error_without_details_is_an_error_all_the_same()
    {
        var answer = Assert.Single(AppStateQuery.Parse(Answer(new Node("collection", [("name", "regular"), ("type", "error")]))));

        Assert.Equal(0, answer.Error!.Value.Code);
    }

    [Fact]
    public void Unknown_collections_and_elements_are_left_out()
    {
        var answers = AppStateQuery.Parse(Answer(
            new Node("collection", [("name", "novelty")]),
            new Node("collection"),
            new Node("surprise", [("name", "regular")]),
            new Node("collection", [("name", "regular"), ("version", "x")], [new Node("patches", [], [new Node("other")])])));

        var answer = Assert.Single(answers);
        Assert.Equal(AppStateCollection.Regular, answer.Collection);
        Assert.Null(answer.Version);
        Assert.True(answer.IsUpToDate);
    }

    [Fact]
    public void Refused_query_and_strange_answer_are_exceptions()
    {
        var refused = new Node("iq", [("type", "error")], [new Node("error", [("code", "503"), ("text", "service-unavailable")])]);

        Assert.Equal(503, Assert.Throws<QueryRefusedException>(() => AppStateQuery.Parse(refused)).Error.Code);
        Assert.Throws<UnexpectedAnswerException>(() => AppStateQuery.Parse(new Node("iq", [("type", "result")])));
    }

    private static Node Answer(params Node[] collections) => new("iq", [("type", "result")], [new Node("sync", [], collections)]);
}
