namespace Wuts.WhatsApp.AppState;

/// <summary>A key that the phone shares for reading and writing app state. Kept forever: old records keep old keys.</summary>
public sealed class AppStateSyncKey
{
    /// <summary>Length of the key data in bytes.</summary>
    public const int DataSize = 32;

    private readonly byte[] _data;

    /// <summary>Creates a key from its parts.</summary>
    /// <param name="id">The name under which records refer to it.</param>
    /// <param name="data">32 secret bytes; copied.</param>
    /// <param name="timestamp">Milliseconds since 1970 when the phone made it; of two keys the larger one is newer.</param>
    /// <exception cref="ArgumentException">The data does not have 32 bytes, which means that it was damaged on its way.</exception>
    public AppStateSyncKey(AppStateKeyId id, ReadOnlySpan<byte> data, long timestamp)
    {
        if (data.Length != DataSize)
        {
            throw new ArgumentException("App-state key data has 32 bytes.", nameof(data));
        }

        Id = id;
        _data = data.ToArray();
        Timestamp = timestamp;
    }

    /// <summary>The name under which records refer to the key.</summary>
    public AppStateKeyId Id { get; }

    /// <summary>The 32 secret bytes.</summary>
    public ReadOnlySpan<byte> Data => _data;

    /// <summary>Milliseconds since 1970 when the phone made the key.</summary>
    public long Timestamp { get; }

    /// <summary>The id; never the secret.</summary>
    public override string ToString() => $"app-state key {Id}";
}
