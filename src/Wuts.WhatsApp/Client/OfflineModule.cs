using System.Globalization;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>Fetches what waited for the device, part by part as it is handled. Protocol section 6.5.</summary>
internal sealed class OfflineModule(ClientContext context) : ClientModule
{
    /// <summary>How many stanzas one part has.</summary>
    public const int BatchSize = 100;

    private int _handled;
    private volatile bool _delivering;

    // <ib><offline_batch count="100"/></ib>

    /// <summary>Builds the request for the next part.</summary>
    public static Node BuildBatch() => new("ib", [], [new Node("offline_batch", [("count", BatchSize)])]);

    /// <inheritdoc/>
    public override bool Accepts(Node stanza) =>
        stanza.Tag == "ib" && (stanza.TryGetChild("offline_preview", out _) || stanza.TryGetChild("offline", out _));

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (stanza.TryGetChild("offline_preview", out var preview))
        {
            Volatile.Write(ref _handled, 0);
            _delivering = true;
            await context.Events.RaiseAsync(ReadPreview(preview), cancellationToken).ConfigureAwait(false);
            await connection.SendAsync(BuildBatch(), cancellationToken).ConfigureAwait(false);
        }

        if (stanza.TryGetChild("offline", out var end))
        {
            _delivering = false;
            await context.Events.RaiseAsync(new WhatsAppEvent.OfflineCompleted(Number(end, "count")), cancellationToken).ConfigureAwait(false);
        }

        return StanzaOutcome.Handled;
    }

    /// <inheritdoc/>
    public override async ValueTask HandledAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (_delivering && stanza["offline"] is not null && Interlocked.Increment(ref _handled) % BatchSize == 0)
        {
            await connection.SendAsync(BuildBatch(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task PrepareAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        // A backlog that an earlier connection left unfinished starts over.
        _delivering = false;
        return Task.CompletedTask;
    }

    private static WhatsAppEvent.OfflinePreview ReadPreview(Node preview) => new(
        Number(preview, "count"),
        Number(preview, "message"),
        Number(preview, "notification"),
        Number(preview, "receipt"),
        Number(preview, "appdata"));

    private static int Number(Node node, string attribute) =>
        int.TryParse(node[attribute], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
