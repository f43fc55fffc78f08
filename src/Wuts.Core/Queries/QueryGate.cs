using Wuts.Core.Devices;
using Wuts.Core.Metrics;
using Wuts.WhatsApp;

namespace Wuts.Core.Queries;

/// <summary>
/// The one gate through which a device asks WhatsApp anything on somebody's behalf: budget and pause per class of question, and
/// measurement. It lives as long as the device's actor, so that a new connection is no way around a pause.
/// </summary>
internal sealed class QueryGate
{
    private readonly QueryBudget[] _budgets;
    private readonly TimeProvider _time;
    private readonly GatewayMetrics _metrics;

    public QueryGate(QueryOptions options, TimeProvider time, GatewayMetrics metrics)
    {
        options.Validate();
        Options = options;
        _time = time;
        _metrics = metrics;
        _budgets = [.. Enum.GetValues<QueryKind>().Select(kind => new QueryBudget(options[kind], options, time))];
    }

    /// <summary>The limits.</summary>
    public QueryOptions Options { get; }

    /// <summary>Asks, when the budget allows it.</summary>
    /// <param name="kind">The class of the question.</param>
    /// <param name="priority">How urgent it is.</param>
    /// <param name="ask">Asks. A refusal for rate pauses the class; every other exception goes on to the caller.</param>
    /// <param name="limitOf">Finds a refusal for rate inside an answer that is otherwise good: then the class is paused, too.</param>
    public async Task<Answer<T>> AskAsync<T>(
        QueryKind kind, QueryPriority priority, Func<Task<T>> ask, Func<T, (bool Limited, TimeSpan? Backoff)>? limitOf = null)
    {
        var asked = _time.GetTimestamp();
        _metrics.QueryAsked(kind);
        if (await Budget(kind).EnterAsync(priority) is { } refusal)
        {
            _metrics.RateLimited(kind, refusal.IsOwnLimit);
            return refusal;
        }

        _metrics.GateWaited(kind, _time.GetElapsedTime(asked));
        var started = _time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var answer = await ask();
            if (limitOf?.Invoke(answer) is (true, var backoff))
            {
                outcome = "rate_limited";
                Pause(kind, backoff);
            }
            else
            {
                outcome = "ok";
                Budget(kind).Succeeded();
            }

            return answer;
        }
        catch (QueryRefusedException refused) when (refused.IsRateLimit)
        {
            outcome = "rate_limited";
            return new Failure.RateLimited(Pause(kind, refused.Error.Backoff), IsOwnLimit: false);
        }
        catch (QueryRefusedException)
        {
            outcome = "refused";
            throw;
        }
        catch (WhatsAppTimeoutException)
        {
            outcome = "timed_out";
            throw;
        }
        catch (WhatsAppDisconnectedException)
        {
            outcome = "disconnected";
            throw;
        }
        finally
        {
            _metrics.QueryDone(kind, outcome, _time.GetElapsedTime(started));
            Budget(kind).Leave();
        }
    }

    private TimeSpan Pause(QueryKind kind, TimeSpan? backoff)
    {
        _metrics.RateLimited(kind, byOwnBudget: false);
        return Budget(kind).Pause(backoff);
    }

    private QueryBudget Budget(QueryKind kind) => _budgets[(int)kind];
}
