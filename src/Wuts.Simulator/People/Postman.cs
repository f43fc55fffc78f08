using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>
/// Puts notifications into the queues of linked devices. What a device misses leaves a dirty bit, where there is one for it.
/// Sync sections 10.1 and 10.8.
/// </summary>
internal sealed class Postman(SimulatorServer server, NoticeSettings settings)
{
    /// <summary>Sends a notification to every linked device of an account, or all but one.</summary>
    public void Deliver(
        Account account,
        Jid from,
        string type,
        Node? child,
        LinkedDevice? except = null,
        params ReadOnlySpan<(string, AttributeValue)> more)
    {
        foreach (var device in account.Devices)
        {
            if (device == except)
            {
                continue;
            }

            if (settings.LoseWhileAway && !device.IsActive)
            {
                Miss(device, type);
                continue;
            }

            (string, AttributeValue)[] attributes =
                [("from", from), ("id", server.NextStanzaId()), ("type", type), ("t", server.Time.GetUtcNow().ToUnixTimeSeconds()), .. more];
            device.Queue.Enqueue(child is null ? new Node("notification", attributes) : new Node("notification", attributes, [child]));
        }
    }

    /// <summary>A device will not hear of something: what it has to read anew is marked, until it cleans the mark.</summary>
    public void Miss(LinkedDevice? device, string? type)
    {
        var mark = type switch { "w:gp2" => "groups", "account_sync" => "account_sync", _ => null };
        if (mark is not null)
        {
            device?.MarkDirty(mark, server.Time.GetUtcNow().ToUnixTimeSeconds());
        }
    }
}
