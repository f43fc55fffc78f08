using Wuts.Simulator;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>What became of end-to-end messages, as the server saw it.</summary>
internal static class MessageWatch
{
    /// <summary>Waits until a device has confirmed a message of somebody else, which it does once it has read it or given it up.</summary>
    public static Task ConfirmedAsync(this SimulatorServer server, string id) => server.Events
        .WaitForAsync(e => e.Kind == SimulatorEventKind.ReceiptReceived && e.Detail == $"inactive {id}").Within($"the receipt for {id}");

    /// <summary>The receipts for a message, by type and in order.</summary>
    public static IReadOnlyList<string> ReceiptsFor(this SimulatorServer server, string id) =>
    [
        .. server.Events.Since(0)
            .Where(e => e.Kind == SimulatorEventKind.ReceiptReceived && e.Detail!.EndsWith($" {id}", StringComparison.Ordinal))
            .Select(e => e.Detail!.Split(' ')[0]),
    ];

    /// <summary>How often something with this detail happened.</summary>
    public static int Count(this SimulatorServer server, SimulatorEventKind kind, string detail) =>
        server.Events.Since(0).Count(e => e.Kind == kind && e.Detail == detail);

    /// <summary>Sends a stanza to the only device of an account, and waits until it is acknowledged.</summary>
    public static async Task PushAsync(this MirrorScene scene, Node stanza)
    {
        var since = scene.Server.Events.Latest;
        scene.Server.Push(scene.Account, stanza);
        await scene.Server.Events
            .WaitForAsync(e => e.Kind == SimulatorEventKind.StanzaAcknowledged && e.Detail == $"{stanza.Tag} {stanza["id"]}", since)
            .Within($"the ack of {stanza["id"]}");
    }
}
