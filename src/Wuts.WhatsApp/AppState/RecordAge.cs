namespace Wuts.WhatsApp.AppState;

/// <summary>Decides between two records of the same entry, which exist side by side when it was written under two keys.</summary>
internal static class RecordAge
{
    /// <summary>
    /// Whether the first is the newer one: by the time in the value, then by the epoch of the key. If neither says, yes.
    /// </summary>
    public static bool IsNewer(in AppStateRecord candidate, in AppStateRecord other)
    {
        var difference = ActionInterpreter.TimestampOf(candidate.Value.Span).CompareTo(ActionInterpreter.TimestampOf(other.Value.Span));
        return difference != 0 ? difference > 0 : candidate.KeyId.Epoch >= other.KeyId.Epoch;
    }
}
