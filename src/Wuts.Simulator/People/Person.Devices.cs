using System.Security.Cryptography;
using System.Text;
using Wuts.Simulator.People;

namespace Wuts.Simulator;

public sealed partial class Person
{
    private SortedDictionary<int, CompanionDevice>? _companions;

    /// <summary>The linked devices: those that take part, and those that are only listed.</summary>
    public IReadOnlyList<CompanionDevice> Companions
    {
        get
        {
            lock (Gate)
            {
                return CompanionsLocked();
            }
        }
    }

    /// <summary>What a client compares to know whether the list has changed.</summary>
    public string DeviceHash => HashOf(Companions);

    /// <summary>Lists a linked device for which nobody speaks. The phone vouches for it, so the person becomes an account.</summary>
    /// <exception cref="ArgumentException">The number is not between 1 and 99, or taken.</exception>
    public void AddCompanion(CompanionDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Id is < 1 or > 99)
        {
            throw new ArgumentException("A companion has a number from 1 to 99.", nameof(device));
        }

        var account = _world.People.AccountOf(this);
        lock (Gate)
        {
            if (CompanionsLocked().Any(other => other.Id == device.Id))
            {
                throw new ArgumentException("There is a device with this number already.", nameof(device));
            }

            (_companions ??= []).Add(device.Id, device);
            account.Primary.Admit(device.KeyIndex);
            AnnounceDevice(device, isAdded: true);
        }
    }

    /// <summary>Takes a listed device away; <see langword="false"/> when there is none with the number.</summary>
    public bool RemoveCompanion(int id)
    {
        lock (Gate)
        {
            if (_companions is null || !_companions.Remove(id, out var device))
            {
                return false;
            }

            Account?.Primary.Expel(device.KeyIndex);
            AnnounceDevice(device, isAdded: false);
            return true;
        }
    }

    /// <summary>A device of the account that takes part was linked or unlinked.</summary>
    internal void OnDevice(LinkedDevice device, bool isAdded)
    {
        lock (Gate)
        {
            AnnounceDevice(new CompanionDevice(device.Id, device.KeyIndex), isAdded, device);
        }
    }

    internal static string HashOf(IReadOnlyList<CompanionDevice> devices)
    {
        var text = string.Join(',', devices.Select(device => $"{device.Id}.{device.KeyIndex}"));
        return "2:" + Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(text)), 0, 6);
    }

    private void AnnounceDevice(CompanionDevice device, bool isAdded, LinkedDevice? itself = null)
    {
        _world.Notices.Device(this, device, isAdded);
        _world.OwnNotices.Devices(this, itself);
    }

    private List<CompanionDevice> CompanionsLocked()
    {
        var devices = new List<CompanionDevice>();
        if (Account is { } account)
        {
            devices.AddRange(account.Devices.Select(device => new CompanionDevice(device.Id, device.KeyIndex)));
        }

        if (_companions is not null)
        {
            devices.AddRange(_companions.Values);
        }

        devices.Sort((one, other) => one.Id.CompareTo(other.Id));
        return devices;
    }
}
