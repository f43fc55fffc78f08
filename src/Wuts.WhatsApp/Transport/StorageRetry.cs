namespace Wuts.WhatsApp.Transport;

/// <summary>
/// The pauses between attempts to store the same thing: short at first, never longer than <see cref="LongestPause"/>, until the
/// patience of <see cref="ConnectionSettings.StoragePatience"/> is over. One instance is one thing.
/// </summary>
internal sealed class StorageRetry(ConnectionSettings settings)
{
    /// <summary>The longest pause before jitter.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private TimeSpan _pause = FirstPause;
    private long? _begun;

    /// <summary>Whether an attempt has failed.</summary>
    public bool HasBegun => _begun is not null;

    /// <summary>Does something again while storing fails.</summary>
    /// <param name="settings">Whose patience.</param>
    /// <param name="work">What; it may be done several times.</param>
    /// <param name="ended">The end of the connection.</param>
    /// <exception cref="OperationCanceledException">The connection ended.</exception>
    public static async Task RunAsync(ConnectionSettings settings, Func<Task> work, CancellationToken ended)
    {
        var retry = new StorageRetry(settings);
        while (true)
        {
            try
            {
                await work().ConfigureAwait(false);
                return;
            }
            catch (Exception failure) when (StorageFailures.Includes(failure))
            {
                if (!await retry.WaitAsync(ended).ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Waits after an attempt that failed.</summary>
    /// <param name="ended">The end of the connection.</param>
    /// <returns>Whether to try again; otherwise the patience is over.</returns>
    /// <exception cref="OperationCanceledException">The connection ended.</exception>
    public async Task<bool> WaitAsync(CancellationToken ended)
    {
        _begun ??= settings.TimeProvider.GetTimestamp();
        if (settings.TimeProvider.GetElapsedTime(_begun.Value) >= settings.StoragePatience)
        {
            return false;
        }

        // Many devices wait for the same database.
        var pause = _pause * (0.5 + settings.Random.NextDouble());
        _pause = _pause < LongestPause / 2 ? _pause * 2 : LongestPause;
        await Task.Delay(pause, settings.TimeProvider, ended).ConfigureAwait(false);
        return true;
    }
}
