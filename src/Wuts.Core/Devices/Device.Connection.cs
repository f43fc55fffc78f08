using Wuts.WhatsApp;

namespace Wuts.Core.Devices;

/// <content>The client and its connection: made, started, closed.</content>
public sealed partial class Device
{
    // Longer than a lease: the lease decides whether the socket stays while the database is away.
    private static readonly TimeSpan StoragePatience = TimeSpan.FromMinutes(10);

    /// <summary>Makes the client connect; it goes on by itself.</summary>
    private async Task<DeviceSession> StartAsync()
    {
        await _closing;
        var session = CreateSession();
        _session = session;
        try
        {
            await EnterAsync(DeviceState.Connecting, null);
        }
        catch
        {
            await CloseAsync(save: false);
            throw;
        }

        // The events tell how it goes. A failure that they do not tell is a client that stopped.
        _ = ObserveAsync(session, session.Client.ConnectAsync(CancellationToken.None));
        return session;
    }

    private async Task ObserveAsync(DeviceSession session, Task connecting)
    {
        try
        {
            await connecting;
        }
        catch (WhatsAppDisconnectedException)
        {
            // The event of the same name said so.
        }
        catch (Exception failure)
        {
            DeviceLog.ConnectFailed(_logger, _id, failure);
            if (_session == session)
            {
                await FinishAsync(session, DeviceState.Disconnected, new DeviceProblem(DeviceProblemKind.Storage), wanted: Record.WantsConnection);
            }
        }
        finally
        {
            session.Settle();
        }
    }

    private DeviceSession CreateSession()
    {
        var turns = _turns;
        return new DeviceSession(
            sink => new WhatsAppClient(
                _services.WhatsApp with
                {
                    Label = _id.ToString(),
                    ClientVersion = _services.ClientVersion?.Current ?? _services.WhatsApp.ClientVersion,
                    EventSink = sink,
                    StoragePatience = StoragePatience,
                    TimeProvider = _time,
                    LoggerFactory = _services.Loggers,
                    Random = _services.Random,
                },
                _data),
            (session, happened) => turns.RunAsync(() => HandleAsync(session, happened)));
    }

    /// <summary>Closes the connection, if there is one, and gives the lease back.</summary>
    private async Task CloseAsync(bool save, bool keepLease = false)
    {
        if (_session is { } session)
        {
            _record = Record with { LastSeen = session.Client.LastAlive ?? Record.LastSeen };
            _session = null;
            await session.Client.DisposeAsync();
            session.Settle();
            session.Pairing?.End(new Failure.NotReady(State));
            if (save && _lease is not null)
            {
                await SaveQuietlyAsync();
            }
        }

        if (!keepLease)
        {
            await ReleaseAsync();
        }
    }
}
