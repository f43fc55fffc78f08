using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Tests.Mirror.Corruption;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>History over a whole client: it is read, and what is lost of it is asked for once before it counts as lost.</summary>
public class HistoryReuploadTests
{
    private static readonly Jid DoraLid = Jid.Parse("200000000000004@lid");
    private static readonly Jid Dora = Jid.Parse("15550100004@s.whatsapp.net");

    [Fact]
    public async Task History_of_the_phone_is_read_and_confirmed_piece_by_piece()
    {
        await using var scene = await StartAsync();

        await DeliveredAsync(scene, 3);

        Assert.Equal("Dora", (await DoraAsync(scene))!.ChatTitle);
        Assert.Equal(Dora, Assert.Single(await scene.Store.Account.FindPairsAsync([DoraLid], default)).Pair.Phone);
        Assert.Equal(
            [HistorySyncType.InitialBootstrap, HistorySyncType.PushName, HistorySyncType.NonBlockingData],
            scene.Watch.Changes.OfType<AccountEvent.HistoryRead>().Select(read => read.Type));
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Bootstrap_inside_the_message_is_read_too()
    {
        await using var scene = await StartAsync(before => before.Phone.History.InlineBootstrap = true);

        await DeliveredAsync(scene, 3);

        Assert.True(scene.Phone.History.Deliveries[0].IsInline);
        Assert.Equal("Dora", (await DoraAsync(scene))!.ChatTitle);
        scene.AssertNothingElseSuffered();
    }

    [Theory]
    [InlineData(BlobDefect.NotFound)]
    [InlineData(BlobDefect.Gone)]
    [InlineData(BlobDefect.Forbidden)]
    public async Task Lost_blob_is_uploaded_again_and_read(BlobDefect defect)
    {
        await using var scene = await StartAsync(before => before.Arm(Lose(defect)));

        await DeliveredAsync(scene, 3);

        Assert.Equal("Dora", (await DoraAsync(scene))!.ChatTitle);
        Assert.Equal(1, scene.Phone.History.Deliveries[0].Reuploads);
        Assert.DoesNotContain(scene.Watch.Changes, change => change is AccountEvent.HistoryLost);
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Damaged_blob_is_downloaded_five_times_and_then_asked_for()
    {
        await using var scene = await StartAsync(before => before.Arm(Lose(BlobDefect.Corrupted, times: 5)));

        await scene.PassTimeUntilAsync(DeliveredAsync(scene, 3));

        Assert.Equal("Dora", (await DoraAsync(scene))!.ChatTitle);
        Assert.Equal(1, scene.Phone.History.Deliveries[0].Reuploads);
    }

    [Theory]
    [InlineData(ReuploadAnswer.NotFound)]
    [InlineData(ReuploadAnswer.Failed)]
    public async Task Blob_that_the_phone_cannot_upload_again_is_lost_and_the_rest_is_read(ReuploadAnswer answer)
    {
        await using var scene = await StartAsync(before =>
        {
            before.Arm(Lose(BlobDefect.Gone));
            before.Phone.History.OnReupload = answer;
        });

        await DeliveredAsync(scene, 3);

        Assert.Equal(
            HistorySyncType.InitialBootstrap, Assert.Single(scene.Watch.Changes.OfType<AccountEvent.HistoryLost>()).Type);
        Assert.Equal(2, scene.Watch.Changes.OfType<AccountEvent.HistoryRead>().Count());
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Blob_that_is_lost_twice_is_not_asked_for_again()
    {
        await using var scene = await StartAsync(before =>
        {
            before.Phone.History.IsOn = false;
            before.Arm(Lose(BlobDefect.Gone, times: 2));
        });

        scene.Phone.SendFilledHistory(HistoryKind.Recent, 1000);
        await DeliveredAsync(scene, 1);

        Assert.Equal(1, scene.Phone.History.Deliveries[0].Reuploads);
        Assert.Equal(HistorySyncType.Recent, Assert.Single(scene.Watch.Changes.OfType<AccountEvent.HistoryLost>()).Type);
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Silence_of_the_phone_holds_up_nothing_and_ends_after_a_day()
    {
        await using var scene = await StartAsync(before =>
        {
            before.Arm(Lose(BlobDefect.Gone));
            before.Phone.History.OnReupload = ReuploadAnswer.Silent;
        });
        await DeliveredAsync(scene, 2);
        Assert.DoesNotContain(scene.Watch.Changes, change => change is AccountEvent.HistoryLost);

        await scene.Network.Time.WhenTimerDueAsync(HistoryQueue.ReuploadPatience).Within();
        scene.Network.Time.Advance(HistoryQueue.ReuploadPatience);
        await DeliveredAsync(scene, 3);

        Assert.Single(scene.Watch.Changes.OfType<AccountEvent.HistoryLost>());
        Assert.DoesNotContain(await scene.Store.Account.LoadHistoryTasksAsync(default), task => !task.IsHandled);
    }

    [Fact]
    public async Task Answer_may_come_after_a_restart_of_the_process()
    {
        await using var scene = await StartAsync(before =>
        {
            before.Phone.History.IsOn = false;
            before.Arm(Lose(BlobDefect.Gone));
        });
        await scene.HealthyAsync();
        scene.Phone.SwitchOff();
        scene.Phone.SendHistory();
        await DeliveredAsync(scene, 2);
        await scene.Client.DisposeAsync();
        Assert.True(Assert.Single(await scene.Store.Account.LoadHistoryTasksAsync(default), task => !task.IsHandled).IsAwaited);

        scene.Phone.SwitchOn();
        await using var next = scene.Network.CreateClient(scene.Store, options => options with { EventSink = scene.Watch });
        await next.ConnectAsync().Within();
        await DeliveredAsync(scene, 3);

        Assert.Equal("Dora", (await DoraAsync(scene))!.ChatTitle);
        Assert.DoesNotContain(scene.Watch.Changes, change => change is AccountEvent.HistoryLost);
    }

    [Theory]
    [InlineData(HistoryDefect.NotCompressed)]
    [InlineData(HistoryDefect.Truncated)]
    [InlineData(HistoryDefect.NotProtobuf)]
    [InlineData(HistoryDefect.NoKey)]
    public async Task Blob_that_the_phone_wrote_wrong_is_lost_and_the_rest_is_read(HistoryDefect defect)
    {
        await using var scene = await StartAsync(before => before.Arm(new Fault.History { Defect = defect }));

        await DeliveredAsync(scene, 3);

        Assert.Equal(HistorySyncType.InitialBootstrap, Assert.Single(scene.Watch.Changes.OfType<AccountEvent.HistoryLost>()).Type);
        Assert.Equal(0, scene.Phone.History.Deliveries[0].Reuploads);
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Announcement_that_cannot_be_read_is_lost_history_of_an_unknown_kind()
    {
        await using var scene = await StartAsync(before => before.Phone.History.IsOn = false);
        await scene.HealthyAsync();
        await scene.Client.DisposeAsync();
        var commit = new AccountCommit();
        commit.Add(new AccountWrite.HistoryQueued(new HistoryTask(1, "3EB0AA", new byte[] { 0 })));
        await scene.Store.Account.CommitAsync(commit, default);

        await using var next = scene.Network.CreateClient(scene.Store, options => options with { EventSink = scene.Watch });
        await next.ConnectAsync().Within();

        await scene.Watch.UntilAsync(() => scene.Watch.Changes.Contains(new AccountEvent.HistoryLost(null)), "the loss is told");
        await scene.Network.Server.Events
            .WaitForAsync(e => e.Kind == SimulatorEventKind.ReceiptReceived && e.Detail == "hist_sync 3EB0AA").Within("the receipt");
    }

    private static Fault.Blob Lose(BlobDefect defect, int times = 1) => new() { Defect = defect, Type = "md-msg-hist", Times = times };

    private static Task<CorruptionScene> StartAsync(Action<CorruptionScene>? prepare = null) => CorruptionScene.StartAsync(
        isSynced: false,
        prepare: scene =>
        {
            scene.Phone.History.IsOn = true;
            scene.Phone.History.IncludesWorld = false;
            scene.Phone.History.Add(new HistoryChat(DoraLid, "Dora") { Alternative = Dora });
            prepare?.Invoke(scene);
        });

    // The receipt is the last thing that the client does about a piece.
    private static async Task DeliveredAsync(CorruptionScene scene, int count)
    {
        var events = scene.Network.Server.Events;
        while (true)
        {
            var latest = events.Latest;
            if (scene.Phone.History.Deliveries.Count(delivery => delivery.HandledAt is not null) >= count)
            {
                break;
            }

            await events.WaitSinceAsync(latest).Within($"{count} pieces are handled");
        }

        await scene.HealthyAsync();
    }

    private static async Task<ContactRecord?> DoraAsync(CorruptionScene scene) =>
        (await scene.Store.Account.FindContactsAsync([DoraLid, Dora], default)).FirstOrDefault(contact => contact.ChatTitle is not null);
}
