using Wuts.Simulator.Delivery;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Registration;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

public sealed partial class SimulatorServer
{
    private readonly Lock _scriptGate = new();
    private (string Xmlns, Func<Node, Task<Node?>> Answer)[] _scripts = [];

    /// <summary>Sends new references to a client that is registering; <see langword="false"/> when it is not.</summary>
    public bool OfferReferences(long connection)
    {
        if (_connections.GetValueOrDefault(connection)?.Session is not RegistrationSession session)
        {
            return false;
        }

        Detach(session.OfferReferencesAsync(_stopping.Token), session.Identity);
        return true;
    }

    /// <summary>The phone unlinks a device; <see langword="false"/> when there is none with that number.</summary>
    public bool Unlink(Account account, int device) => Unlink(account, device, "unlinked");

    /// <summary>
    /// Sends a stanza to linked devices. One that needs an ack waits for devices that are away; another reaches only those
    /// that are logged in.
    /// </summary>
    /// <param name="account">Whose devices.</param>
    /// <param name="stanza">The stanza, with id and from if it needs an ack.</param>
    /// <param name="device">Only this device; by default all.</param>
    /// <returns>How many devices it goes to.</returns>
    /// <exception cref="ArgumentException">The stanza needs an ack and has no id or no from.</exception>
    public int Push(Account account, Node stanza, int? device = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(stanza);
        var needsAck = AckRules.NeedsAck(stanza.Tag);
        if (needsAck && (stanza["id"] is null || stanza["from"] is null))
        {
            throw new ArgumentException("A stanza that needs an ack has an id and a from.", nameof(stanza));
        }

        var reached = 0;
        foreach (var target in account.Devices)
        {
            if (device is not null && target.Id != device)
            {
                continue;
            }

            if (needsAck)
            {
                target.Queue.Enqueue(stanza);
                reached++;
            }
            else if (target.Session is { } session && session.Connection.TrySend(stanza))
            {
                reached++;
            }
        }

        return reached;
    }

    /// <summary>Sends a stanza on a connection, whatever it is; <see langword="false"/> when there is no such connection.</summary>
    public bool PushTo(long connection, Node stanza)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        return _connections.TryGetValue(connection, out var target) && target.Session is not null && target.TrySend(stanza);
    }

    /// <summary>
    /// Pings a client in the form of the real server, without id or child, and tells whether it answered within the time.
    /// </summary>
    /// <param name="connection">Number of the connection.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns><see langword="null"/> when there is no such connection.</returns>
    public async Task<bool?> PingAsync(long connection, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        if (_connections.GetValueOrDefault(connection)?.Session is not { } session)
        {
            return null;
        }

        try
        {
            return await session.PingAsync(cancellationToken).WaitAsync(patience, Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// Answers requests of a namespace by a script, before the server's own handlers. The script gets the iq and returns the
    /// whole answer, or <see langword="null"/> to leave it to the server.
    /// </summary>
    /// <returns>Dispose it to end the script.</returns>
    public IDisposable OnIq(string xmlns, Func<Node, Node?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return OnIqLater(xmlns, iq => Task.FromResult(answer(iq)));
    }

    /// <summary>
    /// As <see cref="OnIq"/>, by a script that may take its time. The connection takes no other request meanwhile.
    /// </summary>
    /// <returns>Dispose it to end the script.</returns>
    public IDisposable OnIqLater(string xmlns, Func<Node, Task<Node?>> answer)
    {
        ArgumentException.ThrowIfNullOrEmpty(xmlns);
        ArgumentNullException.ThrowIfNull(answer);
        var script = (xmlns, answer);
        lock (_scriptGate)
        {
            _scripts = [.. _scripts, script];
        }

        return new Disposal(() =>
        {
            lock (_scriptGate)
            {
                _scripts = [.. _scripts.Where(other => other != script)];
            }
        });
    }

    /// <summary>The scripted answer to a request, if a script wants it.</summary>
    internal async ValueTask<Node?> ScriptedAsync(string xmlns, Node iq)
    {
        foreach (var (wanted, answer) in _scripts)
        {
            if (wanted == xmlns && await answer(iq) is { } scripted)
            {
                return scripted;
            }
        }

        return null;
    }

    internal bool Unlink(Account account, int id, string why)
    {
        if (account.Remove(id) is not { } device)
        {
            return false;
        }

        account.Primary.Expel(device.KeyIndex);
        World.People.Find(account.Jid)?.OnDevice(device, isAdded: false);
        Events.Add(SimulatorEventKind.Unlinked, new(device.Connection, account.Phone, id), why);
        device.Session?.Connection.Close("unlinked", StreamErrors.DeviceRemoved);
        return true;
    }

    private sealed class Disposal(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
