using System.Text.Json;
using Wuts.Simulator.Delivery;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Simulator;

public class AckRulesTests
{
    [Fact]
    public async Task Ack_of_an_independent_client_is_accepted_for_every_recorded_stanza()
    {
        foreach (var vector in VectorFile.Open("acks.json").GetProperty("vectors").EnumerateArray())
        {
            var stanza = Read(vector.GetProperty("received"));
            var queue = await LiveQueueAsync();
            queue.Enqueue(stanza);

            var verdict = queue.Acknowledge(Read(vector.GetProperty("ackByBaileys")));

            Assert.True(verdict.Result == AckResult.Accepted, $"{stanza}: {verdict.Reason}");
            Assert.Equal(0, queue.Count);
        }
    }

    [Fact]
    public void Stanza_that_waits_for_the_device_cannot_be_acknowledged_yet()
    {
        var queue = new DeliveryQueue(10, TimeProvider.System, (_, _) => { });
        queue.Enqueue(new Node("notification", [("id", "1"), ("from", Jid.WhatsApp)]));

        Assert.Equal(AckResult.Wrong, queue.Acknowledge(new Node("ack", [("id", "1"), ("class", "notification"), ("to", Jid.WhatsApp)])).Result);
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public async Task Ack_for_an_earlier_connection_counts_before_the_stanza_is_sent_again()
    {
        var lines = new List<string>();
        var queue = await LiveQueueAsync(lines);
        queue.Enqueue(new Node("notification", [("id", "1"), ("from", Jid.WhatsApp)]));
        queue.Enqueue(new Node("notification", [("id", "2"), ("from", Jid.WhatsApp)]));
        queue.GoOffline();

        Assert.Equal(AckResult.Accepted, queue.Acknowledge(new Node("ack", [("id", "2"), ("class", "notification"), ("to", Jid.WhatsApp)])).Result);
        lines.Clear();
        await queue.GoLiveAsync(stanza => Line(lines, stanza), withBacklogMarks: true);

        Assert.Equal(["offline_preview 1", "1", "offline 1"], lines);
    }

    private static async Task<DeliveryQueue> LiveQueueAsync(List<string>? lines = null)
    {
        var queue = new DeliveryQueue(10, TimeProvider.System, (_, _) => { });
        await queue.GoLiveAsync(stanza => Line(lines ?? [], stanza), withBacklogMarks: false);
        return queue;
    }

    private static ValueTask<bool> Line(List<string> lines, Node stanza)
    {
        lines.Add(stanza["id"] ?? $"{stanza.Children[0].Tag} {stanza.Children[0]["count"]}");
        return ValueTask.FromResult(true);
    }

    // This file writes attributes as an object, and a child of the stanza as a list.
    private static Node Read(JsonElement json)
    {
        (string, AttributeValue)[] attributes = [.. json.GetProperty("attrs").EnumerateObject().Select(
            attribute => (attribute.Name, (AttributeValue)attribute.Value.GetString()))];
        return json.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array
            ? new Node(json.TextOf("tag"), attributes, [.. content.EnumerateArray().Select(Read)])
            : new Node(json.TextOf("tag"), attributes);
    }
}
