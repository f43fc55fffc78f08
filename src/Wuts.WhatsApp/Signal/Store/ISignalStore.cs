namespace Wuts.WhatsApp.Signal.Store;

/// <summary>
/// Where one device keeps its Signal state. The device works on one address at a time (<see cref="SignalGate"/>), so calls that
/// touch the same rows do not overlap; calls for different people may.
/// </summary>
public interface ISignalStore
{
    /// <summary>Loads the rows that a query names, as many of them as exist.</summary>
    /// <exception cref="WhatsAppException">The store cannot be read now.</exception>
    ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Writes all changes of a transaction in one transaction of the store, and returns when they are durable. Nothing is
    /// acknowledged to the network before that. When it throws, nothing was written.
    /// </summary>
    /// <exception cref="WhatsAppException">The store cannot be written now, or this process no longer owns the device.</exception>
    ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Forgets payloads, retry counts and sent messages from before a point in time.</summary>
    ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken);
}
