using System.Diagnostics.CodeAnalysis;
using Wuts.Core.Stores;

namespace Wuts.Core.Devices;

/// <summary>The right of this process to own a device, for as long as <see cref="LeaseKeeper"/> can renew it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without timer and wait handle holds nothing to release.")]
public sealed class DeviceLease
{
    private readonly CancellationTokenSource _lost = new();
    private long _validFrom;

    internal DeviceLease(Fence fence, long validFrom)
    {
        Fence = fence;
        _validFrom = validFrom;
    }

    /// <summary>The number that every write carries.</summary>
    public Fence Fence { get; }

    /// <summary>Cancelled at the moment in which ownership can no longer be relied upon.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it was lost; says nothing before <see cref="Lost"/>.</summary>
    public LeaseLoss Loss { get; private set; }

    /// <summary>From when the present term counts, as a timestamp of the clock.</summary>
    internal long ValidFrom
    {
        get => Volatile.Read(ref _validFrom);
        set => Volatile.Write(ref _validFrom, value);
    }

    internal void Lose(LeaseLoss loss)
    {
        Loss = loss;
        _lost.Cancel();
    }
}

/// <summary>Why a lease was lost.</summary>
public enum LeaseLoss
{
    /// <summary>Somebody else has it, or the device is gone.</summary>
    Taken,

    /// <summary>The database could not be reached for so long that somebody else may take it soon.</summary>
    Unproven,
}
