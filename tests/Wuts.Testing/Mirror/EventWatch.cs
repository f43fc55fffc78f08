using Wuts.WhatsApp;
namespace Wuts.Testing.Mirror;

/// <summary>Takes the events of clients, and wakes whoever waits for a state that an event may have brought about.</summary>
public sealed class EventWatch : IWhatsAppEventSink
{
    private readonly Lock _gate = new();
    private readonly List<WhatsAppEvent> _events = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything that was raised, in order.</summary>
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

    /// <summary>The events about the account, in order.</summary>
    public IEnumerable<WhatsApp.Mirror.AccountEvent> Changes => Events.OfType<WhatsAppEvent.AccountChanged>().Select(e => e.Change);

    /// <summary>Which events it fails to take, as a sink does whose database is away.</summary>
    public Func<WhatsAppEvent, bool> Refuses { get; set; } = _ => false;

    public ValueTask OnEventAsync(WhatsAppEvent happened, CancellationToken cancellationToken)
    {
        if (Refuses(happened))
        {
            throw new WhatsAppStoreException("The sink refuses, as the test wants it.");
        }

        lock (_gate)
        {
            _events.Add(happened);
        }

        Nudge();
        return ValueTask.CompletedTask;
    }

    /// <summary>Something else happened that may have brought the awaited state about.</summary>
    public void Nudge()
    {
        TaskCompletionSource reached;
        lock (_gate)
        {
            reached = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        reached.SetResult();
    }

    /// <summary>Waits until no differences are left, looking again after every event.</summary>
    /// <returns>What is left when patience ends.</returns>
    public async Task<IReadOnlyList<string>> SettledAsync(Func<Task<IReadOnlyList<string>>> differences, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            Task next;
            lock (_gate)
            {
                next = _next.Task;
            }

            var found = await differences();
            if (found.Count == 0)
            {
                return found;
            }

            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                return found;
            }
        }
    }

    /// <summary>Completes with the next event or nudge.</summary>
    public Task NextAsync()
    {
        lock (_gate)
        {
            return _next.Task;
        }
    }

    /// <summary>Waits for an event, also one that was raised before.</summary>
    public Task<TEvent> SeenAsync<TEvent>(Func<TEvent, bool>? match = null) where TEvent : WhatsAppEvent =>
        FindAsync(match ?? (_ => true)).Within(typeof(TEvent).Name);

    private async Task<TEvent> FindAsync<TEvent>(Func<TEvent, bool> match) where TEvent : WhatsAppEvent
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_events.OfType<TEvent>().FirstOrDefault(match) is { } found)
                {
                    return found;
                }

                next = _next.Task;
            }

            await next;
        }
    }
}
