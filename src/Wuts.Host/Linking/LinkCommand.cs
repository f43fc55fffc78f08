using System.Net;
using Wuts.Api.WutsRest;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Hosting.Demo;

namespace Wuts.Host.Linking;

/// <summary>
/// <c>--link</c>: serves, shows QR codes in the terminal until a phone has scanned one, and says how to go on. The device belongs
/// to the tenant of this machine, which the first call makes; every further call links one more phone.
/// </summary>
internal static class LinkCommand
{
    private const string TenantName = "Local";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="app">Built and not started.</param>
    /// <param name="console">Where codes and command lines go.</param>
    public static async Task RunAsync(WebApplication app, TextWriter console)
    {
        await app.StartAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(app.Lifetime.ApplicationStopping);
        try
        {
            var owner = await FindOwnerAsync(app.Services, stopping.Token);
            var device = await FindDeviceAsync(app.Services, owner.User, stopping.Token);
            if (await LinkAsync(app.Services, device, console, stopping.Token))
            {
                // The one person that every account may ask about is its own.
                var status = await app.Services.GetRequiredService<IActors>().Device(device.Id).GetStatusAsync(stopping.Token);
                await CommandLines.WriteAsync(
                    console, CommandLines.AddressOf(app), owner.Token, device.Id.ToString(), device.InstanceId.ToString(),
                    person: status.Value?.Account?.User ?? "");
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Ended from the terminal.
        }

        await app.WaitForShutdownAsync();
    }

    /// <summary>Shows codes until a phone has scanned one.</summary>
    /// <returns>Whether the device is linked; otherwise the console says why not.</returns>
    internal static async Task<bool> LinkAsync(
        IServiceProvider services, DeviceRecord record, TextWriter console, CancellationToken cancellationToken)
    {
        var device = services.GetRequiredService<IActors>().Device(record.Id);
        using var events = services.GetRequiredService<IEventStream>().Subscribe();
        string? shown = null;
        while (true)
        {
            if (!(await device.GetQrAsync(refresh: false, Patience, cancellationToken)).TryGet(out var qr, out var failure))
            {
                if (failure is Failure.Conflict { Kind: ConflictKind.AlreadyLinked })
                {
                    await console.WriteLineAsync("Linked. The phone sends contacts and history now.");
                    return true;
                }

                // Nobody scanned, or WhatsApp was not reachable: the next round begins a new pairing.
                if (failure is not (Failure.TimedOut or Failure.Unavailable))
                {
                    await console.WriteLineAsync($"The device cannot be linked: {failure.GetType().Name}.");
                    return false;
                }

                await console.WriteLineAsync("No code from WhatsApp. Trying again.");
                continue;
            }

            if (qr.Text != shown)
            {
                shown = qr.Text;
                await console.WriteLineAsync("WhatsApp > Linked devices > Link a device, and point the camera at this:\n");
                await console.WriteLineAsync(QrPicture.Draw(qr));
            }

            await WaitAsync(events, record.Id, cancellationToken);
        }
    }

    // A new code, the scan, and the end of a pairing are all told by events.
    private static async Task WaitAsync(IEventSubscription events, DeviceId device, CancellationToken cancellationToken)
    {
        while (await events.Events.ReadAsync(cancellationToken) is var happened)
        {
            if (happened.Device == device && happened is DeviceEvent.QrGenerated or DeviceEvent.Paired or DeviceEvent.StateChanged)
            {
                return;
            }
        }
    }

    private static async Task<UserWithToken> FindOwnerAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<ITenantStore>();
        var tenant = (await store.ListTenantsAsync(cancellationToken)).FirstOrDefault(tenant => tenant.Name == TenantName);
        if (tenant is null)
        {
            var email = $"admin@{Dns.GetHostName()}".ToLowerInvariant();
            var made = await services.GetRequiredService<TenantService>().RegisterAsync(
                TenantName, email, Guid.NewGuid().ToString("N"), webhookUrl: null, cancellationToken);
            return made.Value?.Admin ?? throw new ArgumentException($"There is a user {email} in another tenant. Link with GET /qr instead.");
        }

        var users = await store.ListUsersAsync(tenant.Id, cancellationToken);
        return users.FirstOrDefault(user => user.User is { Role: Role.Admin, Active: true })
            ?? throw new ArgumentException($"The tenant {TenantName} has no active admin. Link with GET /qr instead.");
    }

    // One that is not linked is used again, so that calls without a phone leave no heap of devices behind.
    private static async Task<DeviceRecord> FindDeviceAsync(IServiceProvider services, User owner, CancellationToken cancellationToken)
    {
        var devices = await services.GetRequiredService<IDeviceCatalog>().ListAsync(owner.Id, cancellationToken);
        return devices.FirstOrDefault(device => device.Account is null)
            ?? await services.GetRequiredService<DeviceRegistry>().CreateAsync(owner, "WhatsApp", cancellationToken);
    }
}
