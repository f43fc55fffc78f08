using System.Collections.Concurrent;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;

namespace Wuts.Api.WutsRest;

/// <summary>
/// Encoded answers to batches of identifiers, for callers that send the same batch again and again. An answer is good for a short
/// time, for the same device, the same bytes and the same version of its address book, in which all names and pairs are.
/// </summary>
internal sealed class ResolvedCache(TimeProvider time)
{
    /// <summary>How long an answer is kept: a lookup that failed is tried again after that.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of requests and answers that are kept at most.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    /// <summary>Asks for the version of the book and nothing else: none is as high, so there is nothing to list.</summary>
    public static readonly ContactListRequest AskVersion = new() { Since = long.MaxValue };

    private readonly ConcurrentDictionary<(DeviceId, int), Entry> _entries = new();
    private long _bytes;

    /// <summary>The answer to a request, when one is kept.</summary>
    public Entry? Find(DeviceId device, ReadOnlySpan<byte> request) =>
        _entries.TryGetValue((device, HashOf(request)), out var entry)
        && time.GetElapsedTime(entry.At) < Lifetime && request.SequenceEqual(entry.Request)
            ? entry
            : null;

    /// <summary>Keeps an answer. When all is full, everything goes: it is made again when it is asked for.</summary>
    public void Keep(DeviceId device, ReadOnlySpan<byte> request, byte[] answer, long version)
    {
        var entry = new Entry(request.ToArray(), answer, version, time.GetTimestamp());
        var grown = entry.Size;
        _entries.AddOrUpdate((device, HashOf(request)), entry, (_, before) =>
        {
            grown = entry.Size - before.Size;
            return entry;
        });
        if (Interlocked.Add(ref _bytes, grown) > MaxBytes)
        {
            _entries.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }
    }

    private static int HashOf(ReadOnlySpan<byte> request)
    {
        var hash = new HashCode();
        hash.AddBytes(request);
        return hash.ToHashCode();
    }

    /// <summary>A kept answer.</summary>
    internal sealed record Entry(byte[] Request, byte[] Answer, long Version, long At)
    {
        public int Size => Request.Length + Answer.Length;

        /// <summary>Asks whether the book still has the version.</summary>
        public ContactListRequest Question { get; } = AskVersion with { KnownVersion = Version };
    }
}
