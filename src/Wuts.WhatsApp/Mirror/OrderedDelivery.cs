namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Delivers items one by one in the order in which they were posted. Who posts waits for the delivery, except from within the
/// receiver itself, where waiting would never end.
/// </summary>
internal sealed class OrderedDelivery<T>(Func<T, CancellationToken, ValueTask> receive)
{
    private readonly Lock _gate = new();
    private readonly AsyncLocal<bool> _receiving = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Posts items; the task is complete when they were delivered, and fails when the receiver fails.</summary>
    public Task Post(IReadOnlyList<T> items)
    {
        if (items.Count == 0)
        {
            return Task.CompletedTask;
        }

        Task mine;
        lock (_gate)
        {
            mine = _last = DeliverAfterAsync(_last, items);
        }

        return _receiving.Value ? Task.CompletedTask : mine;
    }

    private async Task DeliverAfterAsync(Task previous, IReadOnlyList<T> items)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        _receiving.Value = true;
        foreach (var item in items)
        {
            await receive(item, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
