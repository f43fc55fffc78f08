using Wuts.Core.Devices;

namespace Wuts.Core.Queries;

/// <summary>
/// Gathers questions about single keys that arrive close together into one query, and makes equal ones in flight one. While a
/// query waits for its budget the next ones still join it. A caller that gives up waiting ends nothing that was asked; a question that
/// nobody waits for any more is not asked. Safe for concurrent use.
/// </summary>
/// <param name="gate">Limits and measures.</param>
/// <param name="kind">The class of the question.</param>
/// <param name="time">The clock.</param>
/// <param name="ask">Asks about several keys; an answer is returned for each.</param>
/// <param name="read">Turns an exception that was thrown on purpose into a failure.</param>
internal sealed class MicroBatcher<TKey, T>(
    QueryGate gate, QueryKind kind, TimeProvider time,
    Func<IReadOnlyList<TKey>, QueryPriority, Task<BatchAnswer<TKey, T>>> ask,
    Func<Exception, Failure?> read) where TKey : notnull
{
    private const int LongestWindow = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Question> _inFlight = [];
    private readonly Batch _interactive = new(QueryPriority.Interactive);
    private readonly Batch _background = new(QueryPriority.Background);

    /// <summary>Asks about one key.</summary>
    public Task<Answer<T>> AskAsync(TKey key, QueryPriority priority, CancellationToken cancellationToken)
    {
        Question? question;
        lock (_gate)
        {
            if (!_inFlight.TryGetValue(key, out question))
            {
                question = new Question(key);
                _inFlight.Add(key, question);
                Add(question, priority);
            }
            else if (priority == QueryPriority.Interactive && question.Waiting?.Remove(question) == true)
            {
                // Somebody waits for it now.
                question.Waiting = null;
                Add(question, priority);
            }

            question.Callers++;
        }

        var answer = question.Answered.Task.WaitAsync(cancellationToken);
        if (cancellationToken.CanBeCanceled)
        {
            _ = answer.ContinueWith(
                _ => GiveUp(question), CancellationToken.None, TaskContinuationOptions.OnlyOnCanceled | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return answer;
    }

    private void GiveUp(Question question)
    {
        lock (_gate)
        {
            question.Callers--;
        }
    }

    private void Add(Question question, QueryPriority priority)
    {
        var batch = priority == QueryPriority.Interactive ? _interactive : _background;
        question.Waiting = priority == QueryPriority.Background ? batch.Questions : null;
        batch.Questions.AddLast(question);
        batch.Arrivals++;
        if (!batch.IsPumped)
        {
            batch.IsPumped = true;
            _ = PumpAsync(batch);
        }
    }

    private async Task PumpAsync(Batch batch)
    {
        // The caller holds the lock: nothing here may run in its turn.
        await Task.Yield();
        while (true)
        {
            await GatherAsync(batch);
            List<Question>? taken = null;
            var answer = default(Answer<BatchAnswer<TKey, T>>);
            Exception? bug = null;
            try
            {
                answer = await gate.AskAsync(
                    kind,
                    batch.Priority,
                    () =>
                    {
                        taken = Take(batch, gate.Options[kind].PerQuery);
                        return taken.Count == 0
                            ? Task.FromResult(BatchAnswer<TKey, T>.Empty)
                            : ask([.. taken.Select(q => q.Key)], batch.Priority);
                    },
                    a => (a.IsLimited, a.Backoff));
            }
            catch (Exception failure) when (read(failure) is { } known)
            {
                answer = known;
            }
            catch (Exception failure)
            {
                bug = failure;
            }

            // A budget that is used up refuses everybody who waits for it.
            Answer(taken ?? Take(batch, int.MaxValue), answer, bug);
            lock (_gate)
            {
                if (batch.Questions.Count == 0)
                {
                    batch.IsPumped = false;
                    return;
                }
            }
        }
    }

    private async Task GatherAsync(Batch batch)
    {
        var window = gate.Options.BatchWindow;
        for (var i = 0; i < LongestWindow && window > TimeSpan.Zero; i++)
        {
            var before = batch.Arrivals;
            await Task.Delay(window, time);
            lock (_gate)
            {
                if (batch.Arrivals == before || batch.Questions.Count >= gate.Options[kind].PerQuery)
                {
                    return;
                }
            }
        }
    }

    private List<Question> Take(Batch batch, int count)
    {
        lock (_gate)
        {
            var taken = new List<Question>(Math.Min(count, batch.Questions.Count));
            while (taken.Count < count && batch.Questions.First is { } first)
            {
                batch.Questions.RemoveFirst();
                first.Value.Waiting = null;
                if (first.Value.Callers > 0)
                {
                    taken.Add(first.Value);
                }
                else
                {
                    _inFlight.Remove(first.Value.Key);
                }
            }

            return taken;
        }
    }

    private void Answer(List<Question> questions, Answer<BatchAnswer<TKey, T>>? answer, Exception? bug)
    {
        lock (_gate)
        {
            questions.ForEach(q => _inFlight.Remove(q.Key));
        }

        foreach (var question in questions)
        {
            if (bug is not null)
            {
                question.Answered.SetException(bug);
            }
            else
            {
                question.Answered.SetResult(answer!.TryGet(out var value, out var failure) ? value.Of(question.Key) : failure);
            }
        }
    }

    private sealed class Question(TKey key)
    {
        public TKey Key => key;

        /// <summary>How many have asked and not given up.</summary>
        public int Callers { get; set; }

        /// <summary>The queue of background questions that it stands in, while it does.</summary>
        public LinkedList<Question>? Waiting { get; set; }

        public TaskCompletionSource<Answer<T>> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Batch(QueryPriority priority)
    {
        public QueryPriority Priority => priority;

        public LinkedList<Question> Questions { get; } = new();

        public int Arrivals { get; set; }

        public bool IsPumped { get; set; }
    }
}

/// <summary>The answers of one query about several keys.</summary>
/// <param name="Answers">By key; a key that is missing was not answered.</param>
/// <param name="IsLimited">Whether WhatsApp refused a part of the query for its rate.</param>
/// <param name="Backoff">For how long, when it said so.</param>
internal sealed record BatchAnswer<TKey, T>(IReadOnlyDictionary<TKey, Answer<T>> Answers, bool IsLimited = false, TimeSpan? Backoff = null)
    where TKey : notnull
{
    /// <summary>No answers.</summary>
    public static readonly BatchAnswer<TKey, T> Empty = new(new Dictionary<TKey, Answer<T>>());

    /// <summary>The answer for a key: a person who is left out of an answer was not answered for.</summary>
    public Answer<T> Of(TKey key) => Answers.TryGetValue(key, out var answer) ? answer : new Failure.TimedOut();
}
