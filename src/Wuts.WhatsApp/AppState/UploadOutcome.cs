using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.AppState;

/// <summary>What became of the upload of edits to one collection. Sync section 3.12.</summary>
public abstract record UploadOutcome
{
    private UploadOutcome()
    {
    }

    /// <summary>The server took the edits and they are committed.</summary>
    public sealed record Accepted(ulong Version) : UploadOutcome;

    /// <summary>There was nothing to change, as when an entry to be removed is not there.</summary>
    public sealed record Unnecessary : UploadOutcome;

    /// <summary>Somebody else changed the same entries later; their change counts.</summary>
    public sealed record Superseded : UploadOutcome;

    /// <summary>The collection is not in a state on which anything can be built. See its <see cref="CollectionHealth"/>.</summary>
    public sealed record NotReady : UploadOutcome;

    /// <summary>The server refused the edits.</summary>
    public sealed record Refused(QueryError Error) : UploadOutcome;

    /// <summary>Others were faster each of five times. Nothing is changed; try later.</summary>
    public sealed record Contended : UploadOutcome;

    /// <summary>No answer came. The edits may have been taken: fetching tells.</summary>
    public sealed record NoAnswer : UploadOutcome;
}
