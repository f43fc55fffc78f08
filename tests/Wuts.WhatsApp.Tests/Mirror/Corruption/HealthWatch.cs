using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Mirror;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>Keeps what a client raises, and waits for what is wanted of it.</summary>
internal sealed class HealthWatch : IWhatsAppEventSink
{
    private readonly Lock _gate = new();
    private readonly List<WhatsAppEvent> _events = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<WhatsAppEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public IEnumerable<AccountEvent> Changes => Events.OfType<WhatsAppEvent.AccountChanged>().Select(e => e.Change);

    /// <summary>The statuses and problems that a collection went through, each once as long as it lasted.</summary>
    public IReadOnlyList<(CollectionStatus Status, CollectionProblem Problem)> PathOf(AppStateCollection collection)
    {
        var path = new List<(CollectionStatus, CollectionProblem)>();
        foreach (var change in Changes.OfType<AccountEvent.CollectionHealthChanged>().Where(c => c.Collection == collection))
        {
            var step = (change.Health.Status, change.Health.Problem);
            if (path.Count == 0 || path[^1] != step)
            {
                path.Add(step);
            }
        }

        return path;
    }

    public ValueTask OnEventAsync(WhatsAppEvent happened, CancellationToken cancellationToken)
    {
        TaskCompletionSource reached;
        lock (_gate)
        {
            _events.Add(happened);
            (reached, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        reached.SetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits until a condition holds, looking again after every event.</summary>
    public Task UntilAsync(Func<bool> holds, string what) => LookAsync(holds).Within(what);

    private async Task LookAsync(Func<bool> holds)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                more = _more.Task;
            }

            if (holds())
            {
                return;
            }

            await more;
        }
    }
}
