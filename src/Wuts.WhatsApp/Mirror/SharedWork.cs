namespace Wuts.WhatsApp.Mirror;

/// <summary>Work that is done once for all who want it at the same time.</summary>
internal sealed class SharedWork<T>
{
    private readonly Lock _gate = new();
    private Task<T>? _running;

    /// <summary>Joins the work that is under way, or starts it.</summary>
    /// <param name="work">The work; a caller that gives up waiting does not end it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<T> RunAsync(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running is not { IsCompleted: false })
            {
                _running = Task.Run(work, CancellationToken.None);
            }

            return _running.WaitAsync(cancellationToken);
        }
    }
}
