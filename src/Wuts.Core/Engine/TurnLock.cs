using System.Diagnostics.CodeAnalysis;

namespace Wuts.Core.Engine;

/// <summary>
/// Lets one operation of an actor at a time through while other turns go on: <c>using (await gate.EnterAsync(token))</c>.
/// Not reentrant.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to release.")]
internal sealed class TurnLock
{
    private readonly SemaphoreSlim _semaphore = new(1, 1);

    /// <summary>Waits for the lock. Dispose the result to leave it, once.</summary>
    public async ValueTask<Holder> EnterAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken);
        return new Holder(_semaphore);
    }

    /// <summary>The right to be inside.</summary>
    internal readonly struct Holder(SemaphoreSlim semaphore) : IDisposable
    {
        /// <summary>Leaves the lock.</summary>
        public void Dispose() => semaphore.Release();
    }
}
