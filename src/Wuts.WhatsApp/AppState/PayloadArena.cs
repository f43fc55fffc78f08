namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Holds many short byte strings in few arrays, so that a collection of 100,000 records does not become 200,000 arrays.
/// What is put in lives as long as anything that was handed out.
/// </summary>
internal sealed class PayloadArena
{
    // Below the threshold of the large object heap.
    private const int ChunkSize = 64 * 1024;

    private byte[] _chunk = [];
    private int _used;

    /// <summary>Copies bytes and returns where they are now.</summary>
    public ReadOnlyMemory<byte> Store(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _chunk.Length - _used)
        {
            if (bytes.Length > ChunkSize / 4)
            {
                return bytes.ToArray();
            }

            // The first chunk is small: most patches have one mutation.
            _chunk = new byte[_chunk.Length == 0 ? 1024 + bytes.Length : ChunkSize];
            _used = 0;
        }

        var slot = _chunk.AsMemory(_used, bytes.Length);
        bytes.CopyTo(slot.Span);
        _used += bytes.Length;
        return slot;
    }
}
