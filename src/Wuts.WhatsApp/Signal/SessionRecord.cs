using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// All sessions with one address: the current one, and earlier ones that may still receive messages that were under way.
/// Immutable. Earlier sessions stay encoded until one of them is needed, which is rare.
/// </summary>
internal sealed class SessionRecord
{
    /// <summary>No session at all.</summary>
    public static readonly SessionRecord Empty = new(null, []);

    internal SessionRecord(SessionState? current, ImmutableArray<ReadOnlyMemory<byte>> archived)
    {
        Current = current;
        Archived = archived;
    }

    /// <summary>The session that is used for sending, or <see langword="null"/> when there is none.</summary>
    public SessionState? Current { get; }

    /// <summary>Earlier sessions, newest first, encoded.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Archived { get; }

    /// <summary>Reads a stored record.</summary>
    /// <exception cref="SignalStateException">The stored bytes are damaged or from a newer program.</exception>
    public static SessionRecord Decode(ReadOnlySpan<byte> stored) => SessionRecordCodec.Decode(stored);

    /// <summary>The form in which the record is stored.</summary>
    public byte[] Encode() => SessionRecordCodec.Encode(this);

    /// <summary>The record after its current session moved on.</summary>
    public SessionRecord WithCurrent(SessionState current) => new(current, Archived);

    /// <summary>The record with a new current session; the one before is archived.</summary>
    public SessionRecord Start(SessionState session) => new(session, Archive(Archived));

    /// <summary>The record after an archived session received a message and becomes the current one.</summary>
    public SessionRecord Promote(int index, SessionState session) => new(session, Archive(Archived.RemoveAt(index)));

    /// <summary>The archived session at a place, newest first.</summary>
    public SessionState ArchivedAt(int index) => SessionRecordCodec.DecodeSession(Archived[index]);

    /// <summary>Finds the session that a pre-key message started, which may have received messages already.</summary>
    /// <param name="message">The message.</param>
    /// <param name="session">The session.</param>
    /// <param name="index">Its place among the archived ones, or -1 for the current one.</param>
    public bool TryFind(PreKeySignalMessage message, [NotNullWhen(true)] out SessionState? session, out int index)
    {
        for (index = -1; index < Archived.Length; index++)
        {
            session = index < 0 ? Current : ArchivedAt(index);
            if (session is not null && session.IsStartedBy(message))
            {
                return true;
            }
        }

        session = null;
        return false;
    }

    private ImmutableArray<ReadOnlyMemory<byte>> Archive(ImmutableArray<ReadOnlyMemory<byte>> archived)
    {
        if (Current is null)
        {
            return archived;
        }

        var kept = archived.Length < SignalLimits.MaxArchivedSessions
            ? archived
            : archived.RemoveRange(SignalLimits.MaxArchivedSessions - 1, archived.Length - SignalLimits.MaxArchivedSessions + 1);
        return kept.Insert(0, SessionRecordCodec.EncodeSession(Current));
    }
}
