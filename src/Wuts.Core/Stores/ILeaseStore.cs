using Wuts.Core.Devices;
using Wuts.WhatsApp;

namespace Wuts.Core.Stores;

/// <summary>
/// Who owns a device. The database's clock decides; a fencing number that grows with every owner is carried by every write, so
/// that an owner that was lost and does not know it yet cannot change anything.
/// </summary>
public interface ILeaseStore
{
    /// <summary>Takes the lease when it is free, has run out, or is this owner's own already.</summary>
    /// <param name="device">The device.</param>
    /// <param name="owner">Names the process, not a device: unique per start.</param>
    /// <param name="duration">How long it holds without being renewed.</param>
    /// <param name="cancellationToken">Cancels before it is taken.</param>
    Task<LeaseResult> AcquireAsync(DeviceId device, string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Renews leases in one round trip.</summary>
    /// <returns>Those that were renewed; the others are lost.</returns>
    Task<IReadOnlyCollection<DeviceId>> RenewAsync(IReadOnlyCollection<Fence> leases, string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives a lease back, so that the next owner need not wait. A lease that is lost already is left alone.</summary>
    Task ReleaseAsync(Fence lease, CancellationToken cancellationToken);
}

/// <summary>The number that an owner of a device puts on its writes.</summary>
/// <param name="Device">The device.</param>
/// <param name="Number">Grows with every new owner.</param>
public readonly record struct Fence(DeviceId Device, long Number);

/// <summary>What came of asking for a lease.</summary>
public abstract record LeaseResult
{
    private LeaseResult()
    {
    }

    /// <summary>It is ours.</summary>
    /// <param name="Fence">To be put on every write.</param>
    public sealed record Acquired(Fence Fence) : LeaseResult;

    /// <summary>Somebody else has it.</summary>
    /// <param name="Owner">Who.</param>
    /// <param name="Remaining">How long it still holds at least.</param>
    public sealed record Held(string Owner, TimeSpan Remaining) : LeaseResult;
}

/// <summary>This process does not own the device any more: it closes its connection and writes nothing.</summary>
public sealed class LeaseLostException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    public LeaseLostException() : base("Another process owns the device now.")
    {
    }
}
