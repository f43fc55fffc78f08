using System.Globalization;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>What the server says about itself and the account in <c>ib</c> stanzas. Protocol section 6.4.</summary>
internal sealed partial class ServerNoticeModule(ClientContext context) : ClientModule
{
    /// <inheritdoc/>
    public override bool Accepts(Node stanza) => stanza.Tag == "ib";

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        foreach (var child in stanza.Children.ToArray())
        {
            await HandleAsync(child, cancellationToken).ConfigureAwait(false);
        }

        return StanzaOutcome.Handled;
    }

    private async Task HandleAsync(Node notice, CancellationToken cancellationToken)
    {
        switch (notice.Tag)
        {
            case "edge_routing" when notice.Child("routing_info") is { } info:
                await RememberRoutingAsync(info.ContentBytes, cancellationToken).ConfigureAwait(false);
                break;
            case "dirty" when notice["type"] is { Length: > 0 } type:
                await RaiseAsync(new WhatsAppEvent.Dirty(type, notice["timestamp"])).ConfigureAwait(false);
                break;
            case "client_expiration":
                var at = Time(notice["t"]);
                LogExpiration(context.ConnectionSettings.Logger, context.Label, at);
                await RaiseAsync(new WhatsAppEvent.ClientExpiration(at)).ConfigureAwait(false);
                break;
            case "downgrade_webclient":
                await RaiseAsync(new WhatsAppEvent.PhoneTooOld()).ConfigureAwait(false);
                break;
        }

        ValueTask RaiseAsync(WhatsAppEvent happened) => context.Events.RaiseAsync(happened, cancellationToken);
    }

    private async Task RememberRoutingAsync(ReadOnlyMemory<byte> routingInfo, CancellationToken cancellationToken)
    {
        if (routingInfo.Length <= FrameFormat.MaxRoutingInfo)
        {
            await context.Credentials.UpdateAsync(
                credentials => credentials.RoutingInfo.Span.SequenceEqual(routingInfo.Span)
                    ? credentials
                    : credentials with { RoutingInfo = routingInfo.ToArray() },
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static DateTimeOffset? Time(string? seconds) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(value)
            : null;

    [LoggerMessage(1203, LogLevel.Warning, "{Device}: the server will refuse this client version from {At} on (nothing: it withdrew the notice)")]
    private static partial void LogExpiration(ILogger logger, string device, DateTimeOffset? at);
}
