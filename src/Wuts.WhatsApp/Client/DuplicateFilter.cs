using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Client;

/// <summary>
/// Remembers the notifications, receipts and calls that were handled lately, across connections. Messages are not its business:
/// after a failed decryption the same id comes again with another content. Safe for concurrent use.
/// </summary>
internal sealed class DuplicateFilter
{
    private const int Capacity = 64;

    private readonly Lock _gate = new();
    private UInt128[]? _recent;
    private int _next;

    /// <summary>Whether the same stanza was handled lately.</summary>
    public bool Contains(Node stanza)
    {
        if (!TryIdentify(stanza, out var identity))
        {
            return false;
        }

        lock (_gate)
        {
            return _recent is not null && Array.IndexOf(_recent, identity) >= 0;
        }
    }

    /// <summary>Remembers a stanza that was handled.</summary>
    public void Add(Node stanza)
    {
        if (!TryIdentify(stanza, out var identity))
        {
            return;
        }

        lock (_gate)
        {
            _recent ??= new UInt128[Capacity];
            _recent[_next] = identity;
            _next = (_next + 1) % Capacity;
        }
    }

    // The id alone is not enough: senders draw their own, and receipts of several kinds name one message. What is compared is
    // half a SHA-256, so that two stanzas are never taken for one by chance.
    private static bool TryIdentify(Node stanza, out UInt128 identity)
    {
        identity = default;
        if (stanza.Tag is not ("notification" or "receipt" or "call") || stanza["id"] is not { } id)
        {
            return false;
        }

        var text = string.Join('\n', stanza.Tag, id, stanza["from"], stanza["participant"], stanza["type"], stanza["t"]);
        identity = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return true;
    }
}
