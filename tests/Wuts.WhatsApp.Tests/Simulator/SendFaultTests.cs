using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>Stanzas that are written in another way than usual, seen from the client's end of the line.</summary>
public class SendFaultTests
{
    [Fact]
    public async Task Wrong_mac_spoils_one_frame_and_no_other()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.WrongMac { Tag = "notification" });

        Assert.Equal("result", (await scene.Client.AskAsync(FaultScene.Ping("1")))["type"]);
        scene.Push("1");

        await Assert.ThrowsAsync<FrameDecryptionException>(() => scene.Client.ReceiveAsync());
        Assert.Equal("result", (await scene.Client.AskAsync(FaultScene.Ping("2")))["type"]);
    }

    [Fact]
    public async Task Duplicate_comes_twice_and_two_acks_are_fine()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Duplicate { Tag = "notification" });
        scene.Push("1");

        for (var i = 0; i < 2; i++)
        {
            var stanza = await scene.Client.ReceiveAsync("notification");
            Assert.Equal("1", stanza["id"]);
            await scene.Client.AckAsync(stanza);
        }

        await scene.Client.AskAsync(FaultScene.Ping("1"));
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Reordered_stanza_comes_after_the_next()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Reorder { Tag = "notification" });
        scene.Push("1");
        scene.Push("2");

        Assert.Equal("2", (await scene.Client.ReceiveAsync("notification"))["id"]);
        Assert.Equal("1", (await scene.Client.ReceiveAsync("notification"))["id"]);
    }

    [Fact]
    public async Task Reordered_stanza_without_a_next_comes_before_the_end()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Reorder { Tag = "notification" });
        scene.Push("1");
        scene.Faults.Add(new Fault.Close());

        Assert.Equal("1", (await scene.Client.ReceiveAsync("notification"))["id"]);
        await scene.Client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Delayed_stanza_waits_for_the_clock()
    {
        var time = new ManualTimeProvider();
        await using var scene = await FaultScene.StartAsync(new SimulatorOptions { Time = time });
        scene.Faults.Add(new Fault.Delay { By = TimeSpan.FromSeconds(7), Tag = "notification" });
        scene.Push("1");
        await time.WhenTimersArmedAsync(2).WaitAsync(TestClient.Guard);

        var receiving = scene.Client.ReceiveAsync("notification");
        await scene.AssertSilenceAsync(receiving);
        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal("1", (await receiving)["id"]);
    }

    [Fact]
    public async Task Compressed_frames_hold_the_same_stanza()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Compress { Times = 0 });

        var answer = await scene.Client.AskAsync("get", "privacy", new Node("privacy"));

        Assert.Equal("last", answer.Child("privacy")!.Children[0]["name"]);
        Assert.Equal(2, scene.Client.FormatBytes[^1]);
    }

    [Fact]
    public async Task Split_frames_come_in_as_many_messages_as_they_have_bytes()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Split { Bytes = 1 });
        var before = scene.Client.Messages;

        Assert.Equal("result", (await scene.Client.AskAsync(FaultScene.Ping("1")))["type"]);
        Assert.True(scene.Client.Messages - before > 20);
    }

    [Fact]
    public async Task Slow_bytes_come_piece_by_piece()
    {
        var time = new ManualTimeProvider();
        await using var scene = await FaultScene.StartAsync(new SimulatorOptions { Time = time });
        scene.Faults.Add(new Fault.SlowBytes { Bytes = 40, Pause = TimeSpan.FromSeconds(2) });
        await scene.Client.SendAsync(FaultScene.Ping("1"));
        var receiving = scene.Client.ReceiveAsync("iq");
        while (!receiving.IsCompleted)
        {
            await Task.WhenAny(time.WhenTimersArmedAsync(2), receiving).WaitAsync(TestClient.Guard);
            time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal("1", (await receiving)["id"]);
    }
}
