using Wuts.Simulator.People;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator;

// What changes who somebody is to the network: number, LID, phone, being there at all.
public sealed partial class Person
{
    private int _installs;

    /// <summary>
    /// Changes the number; the person stays who they are, in contacts and groups, and the old number leads nowhere. Also for
    /// giving a person another LID. Sync sections 5.1 and 10.5.
    /// </summary>
    /// <param name="phone">The new number; <see langword="null"/> keeps it.</param>
    /// <param name="lid">User part of a new LID; <see langword="null"/> keeps it.</param>
    /// <exception cref="ArgumentException">A value is malformed or taken.</exception>
    /// <exception cref="InvalidOperationException">The person has linked devices that take part; they know their own address.</exception>
    public void ChangeNumber(string? phone = null, string? lid = null)
    {
        PersonDirectory.Check(phone, lid);
        lock (Gate)
        {
            if (Account is { HasDevices: true })
            {
                throw new InvalidOperationException("An account with linked devices keeps its number.");
            }

            var old = _addresses;
            var now = new PersonAddresses(
                phone is null ? old.Jid : new Jid(phone, JidServers.User), lid is null ? old.Lid : new Jid(lid, JidServers.Lid));
            if (now == old)
            {
                return;
            }

            _world.People.Move(this, now);
            _world.Notices.Addresses(this, old);
            foreach (var group in Groups)
            {
                group.OnAddressChanged(this, old);
            }
        }
    }

    /// <summary>
    /// Sets the phone up anew: it has another identity key, which the network tells, and linked devices that are only listed
    /// are gone. Sync section 1.12.
    /// </summary>
    /// <exception cref="InvalidOperationException">The person has linked devices that take part.</exception>
    public void Reinstall()
    {
        lock (Gate)
        {
            if (Account is { HasDevices: true })
            {
                throw new InvalidOperationException("An account with linked devices keeps its identity.");
            }

            _companions?.Clear();
            Account = null;
            _installs++;
            _sender = null;
            _world.People.Forget(this);
            _world.Notices.Identity(this);
        }
    }

    /// <summary>
    /// Registers the number, or gives it up: then the person leaves all groups and user queries answer <c>out</c>.
    /// <see langword="false"/> when that changes nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The person has linked devices that take part; delete the account instead.</exception>
    public bool SetRegistered(bool registered)
    {
        lock (Gate)
        {
            if (IsRegistered == registered)
            {
                return false;
            }

            if (Account is { HasDevices: true })
            {
                throw new InvalidOperationException("An account with linked devices stays registered.");
            }

            if (!registered)
            {
                LeaveAll();
            }

            IsRegistered = registered;
            _world.Notices.Registration(this);
            return true;
        }
    }

    /// <summary>The identity key of a phone that was set up anew; <see langword="null"/> for the first one.</summary>
    internal KeyPair? Identity() =>
        _installs == 0 ? null : _world.Server.Random.Fork($"person/{Lid.User}/{_installs}").NextKeyPair();

    /// <summary>Leaves every group, for somebody who is gone.</summary>
    internal void LeaveAll()
    {
        foreach (var group in Groups)
        {
            group.Leave(this);
        }
    }
}
