using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>Brings a connection of a paired device from the login to the active state. Protocol sections 6.6 and 6.7.</summary>
internal sealed partial class LoginSession(ClientContext context, ClientModule[] modules, ILogger logger)
{
    private const string PassiveNamespace = "passive";
    private const int ActivationAttempts = 3;

    // When the server asks for patience and does not say how much.
    private static readonly TimeSpan DefaultBackoff = TimeSpan.FromSeconds(5);

    // <iq id="…" type="set" xmlns="passive" to="s.whatsapp.net"><active/></iq>

    /// <summary>Builds the request that ends the passive state, in which nothing is delivered.</summary>
    public static Node BuildActive() =>
        new("iq", [("to", Jid.WhatsApp), ("type", "set"), ("xmlns", PassiveNamespace)], [new Node("active")]);

    /// <summary>Waits for the login, prepares the modules, and asks for the backlog.</summary>
    /// <exception cref="WhatsAppDisconnectedException">The connection ended.</exception>
    public async Task LogInAsync(StanzaConnection connection)
    {
        var success = await WaitForSuccessAsync(connection).ConfigureAwait(false);
        await RememberAsync(success, connection.Ended).ConfigureAwait(false);
        foreach (var module in modules)
        {
            await RunAsync(module, module.PrepareAsync(connection, connection.Ended)).ConfigureAwait(false);
        }

        await ActivateAsync(connection).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs what modules do once the client is active, each again for a while when storing fails. Ends early, without exception, when
    /// the connection does.
    /// </summary>
    public async Task FollowUpAsync(StanzaConnection connection)
    {
        try
        {
            await connection.SendAsync(UnifiedSession.Build(connection.Clock.Now), connection.Ended).ConfigureAwait(false);
            foreach (var module in modules)
            {
                await StorageRetry.RunAsync(
                    context.ConnectionSettings, () => RunAsync(module, module.ActivatedAsync(connection, connection.Ended)), connection.Ended).ConfigureAwait(false);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or WhatsAppDisconnectedException)
        {
            // Modules start over after the next login.
        }
        catch (Exception failure) when (StorageFailures.Includes(failure))
        {
            connection.End(new DisconnectReason.StorageFailed());
        }
    }

    private async Task<Node> WaitForSuccessAsync(StanzaConnection connection)
    {
        try
        {
            return await connection.Success.WaitAsync(context.Options.ConnectTimeout, context.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            var reason = new DisconnectReason.Network(NetworkFault.ConnectTimeout);
            connection.End(reason);
            throw new WhatsAppDisconnectedException(reason, late);
        }
    }

    private async Task RememberAsync(Node success, CancellationToken cancellationToken) =>
        await context.Credentials.UpdateAsync(
            credentials => credentials with
            {
                LoginCounter = credentials.LoginCounter + 1,
                Account = credentials.Account is { } account ? Learn(account, success) : null,
            },
            cancellationToken).ConfigureAwait(false);

    private static LinkedAccount Learn(LinkedAccount account, Node success) => account with
    {
        Lid = success.TryGetJid("lid", out var lid) && lid.IsLid && lid.Device == account.Device.Device ? lid : account.Lid,
        PushName = success["display_name"] is { Length: > 0 } name ? name : account.PushName,
    };

    private async Task ActivateAsync(StanzaConnection connection)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await connection.QueryAsync(BuildActive(), connection.Ended).ConfigureAwait(false);
            if (!Iq.IsError(answer, out var error))
            {
                return;
            }

            LogNotActive(logger, context.Label, error.Code);
            if (attempt == ActivationAttempts)
            {
                connection.End(error.IsRateLimit ? new DisconnectReason.RateLimited() : new DisconnectReason.ServiceUnavailable(error.Code));
            }

            await Task.Delay(error.Backoff ?? DefaultBackoff, context.TimeProvider, connection.Ended).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(ClientModule module, Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (WhatsAppException failure) when (failure is not WhatsAppDisconnectedException && !StorageFailures.Includes(failure))
        {
            LogModuleFailed(logger, context.Label, module.GetType().Name, failure);
        }
    }

    [LoggerMessage(1204, LogLevel.Warning, "{Device}: the server refuses to make the client active (error {Code})")]
    private static partial void LogNotActive(ILogger logger, string device, int code);

    [LoggerMessage(1205, LogLevel.Warning, "{Device}: {Module} failed after the login; the client goes on without")]
    private static partial void LogModuleFailed(ILogger logger, string device, string module, Exception failure);
}
