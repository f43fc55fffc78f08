namespace Wuts.Core.Queries;

/// <summary>The budget of one class of questions.</summary>
/// <param name="Burst">How many may be asked at once after a pause; at least 1.</param>
/// <param name="Refill">After how long there is one more; longer than zero.</param>
/// <param name="Concurrent">How many may be unanswered at a time; at least 1.</param>
/// <param name="PerQuery">How many people one question may be about; at least 1.</param>
public sealed record QueryLimit(int Burst, TimeSpan Refill, int Concurrent = 1, int PerQuery = 1);

/// <summary>
/// How much a device may ask WhatsApp. The long-term rates are those of sync section 12; the bursts leave room for somebody who
/// looks at a few contacts. Immutable: change it with <c>with</c>.
/// </summary>
public sealed record QueryOptions
{
    /// <summary>Lookups by address: at most 100 people in one, one every 5 s in the long run.</summary>
    public QueryLimit UserInfo { get; init; } = new(60, TimeSpan.FromSeconds(5), Concurrent: 2, PerQuery: 100);

    /// <summary>Lookups of LIDs: at most 100 people in one, one every 5 s in the long run.</summary>
    public QueryLimit LidLookup { get; init; } = new(30, TimeSpan.FromSeconds(5), Concurrent: 1, PerQuery: 100);

    /// <summary>Checks of numbers: at most 20 in one, one every 5 s in the long run.</summary>
    public QueryLimit Registration { get; init; } = new(8, TimeSpan.FromSeconds(5), Concurrent: 1, PerQuery: 20);

    /// <summary>Pictures: one at a time, one per second in the long run.</summary>
    public QueryLimit Picture { get; init; } = new(60, TimeSpan.FromSeconds(1));

    /// <summary>Business profiles.</summary>
    public QueryLimit Business { get; init; } = new(60, TimeSpan.FromSeconds(1), Concurrent: 2);

    /// <summary>The block list.</summary>
    public QueryLimit Blocklist { get; init; } = new(20, TimeSpan.FromSeconds(2));

    /// <summary>All groups: once a minute on somebody's wish. By itself the device reads them far less often.</summary>
    public QueryLimit GroupList { get; init; } = new(1, TimeSpan.FromMinutes(1));

    /// <summary>Single groups.</summary>
    public QueryLimit Group { get; init; } = new(30, TimeSpan.FromSeconds(2), Concurrent: 2);

    /// <summary>App state on somebody's wish.</summary>
    public QueryLimit AppState { get; init; } = new(5, TimeSpan.FromSeconds(10));

    /// <summary>
    /// For how long lookups are gathered into one query: until none came for this long, and at most five times as long. Default 5 ms,
    /// up to 1 s.
    /// </summary>
    public TimeSpan BatchWindow { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a question that somebody waits for may wait for its budget. Default 10 s, up to 1 minute.</summary>
    public TimeSpan InteractiveWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long any other question may wait for its budget. Default 2 minutes, up to 1 hour.</summary>
    public TimeSpan BackgroundWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many numbers that were not checked before may be checked in 24 hours, restarts or not. Default 200; 0 forbids it.</summary>
    public int NewNumbersPerDay { get; init; } = 200;

    /// <summary>The first pause after a refusal for rate that names no time; it doubles up to <see cref="LongestPause"/>. Default 60 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest pause, and the pause of a class that was refused three times in ten minutes. Default 1 hour.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The budget of a class.</summary>
    public QueryLimit this[QueryKind kind] => kind switch
    {
        QueryKind.UserInfo => UserInfo,
        QueryKind.LidLookup => LidLookup,
        QueryKind.Registration => Registration,
        QueryKind.Picture => Picture,
        QueryKind.Business => Business,
        QueryKind.Blocklist => Blocklist,
        QueryKind.GroupList => GroupList,
        QueryKind.Group => Group,
        QueryKind.AppState => AppState,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option breaks its rule; the message names it.</exception>
    public void Validate()
    {
        foreach (var kind in Enum.GetValues<QueryKind>())
        {
            var limit = this[kind];
            Require(limit.Burst >= 1, $"{kind}.Burst", "at least 1");
            Require(limit.Refill > TimeSpan.Zero, $"{kind}.Refill", "longer than zero");
            Require(limit.Concurrent >= 1, $"{kind}.Concurrent", "at least 1");
            Require(limit.PerQuery is >= 1 and <= WhatsApp.Queries.UsyncRequest.MaxTargets, $"{kind}.PerQuery", "between 1 and 500");
        }

        Require(BatchWindow >= TimeSpan.Zero && BatchWindow <= TimeSpan.FromSeconds(1), nameof(BatchWindow), "between 0 and 1 s");
        Require(InteractiveWait >= TimeSpan.Zero && InteractiveWait <= TimeSpan.FromMinutes(1), nameof(InteractiveWait), "between 0 and 1 minute");
        Require(BackgroundWait >= TimeSpan.Zero && BackgroundWait <= TimeSpan.FromHours(1), nameof(BackgroundWait), "between 0 and 1 hour");
        Require(NewNumbersPerDay >= 0, nameof(NewNumbersPerDay), "0 or more");
        Require(FirstPause > TimeSpan.Zero && FirstPause <= LongestPause, nameof(FirstPause), $"longer than zero and not above {nameof(LongestPause)}");
        Require(LongestPause <= TimeSpan.FromDays(1), nameof(LongestPause), "at most a day");
    }

    private static void Require(bool condition, string option, string rule)
    {
        if (!condition)
        {
            throw new ArgumentException($"The query option {option} must be {rule}.", option);
        }
    }
}
