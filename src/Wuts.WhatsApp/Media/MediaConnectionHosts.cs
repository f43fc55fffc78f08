namespace Wuts.WhatsApp.Media;

/// <summary>
/// The hosts that the server names, remembered for as long as it allows. Callers at the same time share one query. When it
/// fails, the host that always works is still there. Sync sections 13.1 and 13.2.
/// </summary>
/// <param name="query">Asks the server.</param>
/// <param name="time">Tells when an answer is too old.</param>
internal sealed class MediaConnectionHosts(Func<CancellationToken, Task<MediaConnection>> query, TimeProvider time) : IMediaHosts, IDisposable
{
    private static readonly Uri Fallback = new($"https://{MediaUrl.FallbackHost}");

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Answer? _latest;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Uri>> GetAsync(bool refresh, CancellationToken cancellationToken)
    {
        var seen = _latest;
        if (!refresh && IsFresh(seen))
        {
            return seen!.Hosts;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have asked while this caller waited for the gate.
            if (ReferenceEquals(seen, _latest) || !IsFresh(_latest))
            {
                _latest = await AskAsync(cancellationToken);
            }

            return _latest!.Hosts;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private bool IsFresh(Answer? answer) => answer is not null && time.GetUtcNow() < answer.GoodUntil;

    private async Task<Answer> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await query(cancellationToken);
            return new Answer(
                [.. connection.Hosts.Select(h => new Uri($"https://{h}")).Append(Fallback).Distinct()],
                time.GetUtcNow() + connection.TimeToLive);
        }
        catch (WhatsAppException)
        {
            // Downloads need no token. The answer is stale at once, so the next caller asks again.
            return new Answer([Fallback], DateTimeOffset.MinValue);
        }
    }

    private sealed record Answer(IReadOnlyList<Uri> Hosts, DateTimeOffset GoodUntil);
}
