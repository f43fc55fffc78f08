namespace Wuts.Core.Engine;

/// <summary>
/// Runs the turns of one actor one at a time. A turn that is begun while the actor rests runs at once on the thread of whoever
/// begins it: an answer from memory costs no change of threads. All others run on the thread pool, in their order.
/// </summary>
internal sealed class TurnScheduler : TaskScheduler
{
    private readonly Queue<Task> _waiting = new();
    private bool _running;

    // The task that this thread begins at this moment.
    [ThreadStatic]
    private static Task? _beginning;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Begins a task: here and now when no turn runs or waits, else later.</summary>
    public void Begin(Task task)
    {
        var outer = _beginning;
        _beginning = task;
        try
        {
            task.Start(this);
        }
        finally
        {
            _beginning = outer;
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        var isNow = ReferenceEquals(task, _beginning);
        lock (_waiting)
        {
            isNow &= !_running;
            if (!isNow)
            {
                _waiting.Enqueue(task);
            }

            if (_running)
            {
                return;
            }

            _running = true;
        }

        if (isNow)
        {
            _beginning = null;
            RunHere(task);
            Rest();
        }
        else
        {
            Continue();
        }
    }

    /// <summary>What goes on inside of a turn may do so at once; everything else is a turn of its own.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_waiting)
        {
            return [.. _waiting];
        }
    }

    // What waits inside of a turn goes on as a turn, and not wherever the caller wants to go on.
    private void RunHere(Task task)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            TryExecuteTask(task);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    // Other callers' turns are not for the thread of this one.
    private void Rest()
    {
        lock (_waiting)
        {
            if (_waiting.Count == 0)
            {
                _running = false;
                return;
            }
        }

        Continue();
    }

    private void Continue() => ThreadPool.UnsafeQueueUserWorkItem(static scheduler => scheduler.RunWaiting(), this, preferLocal: false);

    private void RunWaiting()
    {
        while (true)
        {
            Task task;
            lock (_waiting)
            {
                if (!_waiting.TryDequeue(out task!))
                {
                    _running = false;
                    return;
                }
            }

            TryExecuteTask(task);
        }
    }
}
