namespace Wuts.Simulator;

/// <summary>
/// The public pre-keys of one device: the signed one, and the one-time keys in the order in which they were uploaded. Each
/// one-time key is handed out once. Kept as one block of bytes, since thousands of devices have some 800 keys each.
/// </summary>
internal sealed class PreKeyStock(SignedPreKeyRecord signed)
{
    /// <summary>Most one-time keys that one device may have in stock.</summary>
    public const int Limit = 8192;

    /// <summary>Length of a key with its id.</summary>
    public const int RecordSize = IdSize + 32;

    private const int IdSize = 3;

    private readonly Lock _gate = new();
    private byte[] _records = [];
    private int _first;
    private bool _everUploaded;
    private bool _lowAnnounced;

    /// <summary>The current signed pre-key.</summary>
    public SignedPreKeyRecord Signed
    {
        get
        {
            lock (_gate)
            {
                return signed;
            }
        }
    }

    /// <summary>Whether there has been an upload at all.</summary>
    public bool EverUploaded
    {
        get
        {
            lock (_gate)
            {
                return _everUploaded;
            }
        }
    }

    /// <summary>How many one-time keys are left.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return CountLocked;
            }
        }
    }

    private int CountLocked => (_records.Length - _first) / RecordSize;

    /// <summary>Adds keys behind those in stock; a key whose id is in stock replaces the old one.</summary>
    /// <param name="newSigned">The signed pre-key that came with them.</param>
    /// <param name="records">Ids and keys, one after the other, without repeated ids.</param>
    /// <returns>How many are in stock now; <see langword="null"/>, and nothing is taken, when that would exceed the limit.</returns>
    public int? Upload(SignedPreKeyRecord newSigned, ReadOnlySpan<byte> records)
    {
        var ids = new HashSet<int>();
        for (var at = 0; at < records.Length; at += RecordSize)
        {
            ids.Add(IdOf(records[at..]));
        }

        lock (_gate)
        {
            using var merged = new MemoryStream();
            for (var at = _first; at < _records.Length; at += RecordSize)
            {
                var record = _records.AsSpan(at, RecordSize);
                if (!ids.Contains(IdOf(record)))
                {
                    merged.Write(record);
                }
            }

            merged.Write(records);
            if (merged.Length > Limit * RecordSize)
            {
                return null;
            }

            _records = merged.ToArray();
            _first = 0;
            signed = newSigned;
            _everUploaded = true;
            _lowAnnounced = false;
            return CountLocked;
        }
    }

    /// <summary>Replaces the signed pre-key.</summary>
    public void Rotate(SignedPreKeyRecord newSigned)
    {
        lock (_gate)
        {
            signed = newSigned;
        }
    }

    /// <summary>Hands out the oldest one-time key.</summary>
    /// <param name="record">Its id and key, or nothing when none is left.</param>
    /// <param name="lowMark">Below how many keys the stock counts as low.</param>
    /// <returns>How many are left when the owner has to be told, otherwise <see langword="null"/>.</returns>
    public int? Take(out byte[]? record, int lowMark)
    {
        lock (_gate)
        {
            record = null;
            if (_first < _records.Length)
            {
                record = _records.AsSpan(_first, RecordSize).ToArray();
                _first += RecordSize;
            }

            if (CountLocked >= lowMark || _lowAnnounced)
            {
                return null;
            }

            _lowAnnounced = true;
            return CountLocked;
        }
    }

    /// <summary>A copy of the ids and keys in stock, one after the other.</summary>
    public byte[] Snapshot()
    {
        lock (_gate)
        {
            return _records.AsSpan(_first).ToArray();
        }
    }

    public static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> record) => record[..IdSize];

    public static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> record) => record[IdSize..RecordSize];

    private static int IdOf(ReadOnlySpan<byte> record) => (record[0] << 16) | (record[1] << 8) | record[2];
}
