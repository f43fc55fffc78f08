using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.AppState;

/// <summary>What happened to a collection, as far as its health is concerned.</summary>
internal abstract record RepairEvent
{
    private RepairEvent()
    {
    }

    /// <summary>It was read to its end and committed.</summary>
    public sealed record Synced : RepairEvent;

    /// <summary>What arrived could not be applied.</summary>
    public sealed record NotApplied(AppStateOutcome Outcome) : RepairEvent;

    /// <summary>The server answered with an error for this collection.</summary>
    public sealed record ServerError(QueryError Error) : RepairEvent;

    /// <summary>The server did not answer, or not as the protocol says.</summary>
    public sealed record NoAnswer : RepairEvent;

    /// <summary>A blob that a snapshot or patch refers to could not be fetched.</summary>
    public sealed record NoBlob(AppStateSource Source, MediaDownloadOutcome Outcome) : RepairEvent;

    /// <summary>The phone shared keys.</summary>
    public sealed record KeysArrived(IReadOnlyCollection<AppStateKeyId> Ids) : RepairEvent;

    /// <summary>The own devices were asked for keys.</summary>
    public sealed record KeysAsked : RepairEvent;

    /// <summary>No own device has these keys.</summary>
    public sealed record KeysUnavailable(IReadOnlyCollection<AppStateKeyId> Ids) : RepairEvent;

    /// <summary>The phone was asked for its copy.</summary>
    public sealed record RecoveryAsked(string RequestId) : RepairEvent;

    /// <summary>The phone's copy was committed.</summary>
    public sealed record Recovered : RepairEvent;

    /// <summary>There may be news: a notification, a dirty bit, a new connection.</summary>
    public sealed record NewsAnnounced : RepairEvent;

    /// <summary>Time has passed.</summary>
    public sealed record TimePassed : RepairEvent;
}

/// <summary>What is to be done about a collection next.</summary>
internal abstract record RepairStep
{
    private RepairStep()
    {
    }

    /// <summary>Nothing, until something happens or <see cref="CollectionHealth.RetryAt"/> is reached.</summary>
    public sealed record Wait : RepairStep;

    /// <summary>Fetch: patches, or a snapshot where <see cref="CollectionHealth.WantsSnapshot"/> says so.</summary>
    public sealed record Fetch : RepairStep;

    /// <summary>Ask the own devices for keys; who was asked lately is not asked again.</summary>
    public sealed record AskForKeys(IReadOnlyList<AppStateKeyId> Ids) : RepairStep;

    /// <summary>Ask the phone for its copy.</summary>
    public sealed record AskForRecovery : RepairStep;

    /// <summary>
    /// Tell the user that the device has to be linked again. The message that makes the phone log out all devices is never
    /// sent by itself.
    /// </summary>
    public sealed record GiveUp : RepairStep;
}
