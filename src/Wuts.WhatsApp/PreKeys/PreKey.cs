using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>
/// A one-time pre-key: somebody who wants to write to this device takes its public half from the server, once. Store the
/// pair before uploading, and delete it when a message has used it. Protocol section 9.1.
/// </summary>
public sealed record PreKey
{
    /// <summary>Creates a pre-key from its stored parts.</summary>
    /// <param name="id">Between <see cref="PreKeyIds.First"/> and <see cref="PreKeyIds.Last"/>.</param>
    /// <param name="keyPair">The pair.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id does not fit into 24 bits, or is 0.</exception>
    public PreKey(uint id, KeyPair keyPair)
    {
        PreKeyIds.Check(id);
        ArgumentNullException.ThrowIfNull(keyPair);
        Id = id;
        KeyPair = keyPair;
    }

    /// <summary>The id; unique among the pre-keys of a device that are in use.</summary>
    public uint Id { get; }

    /// <summary>The pair; only the public half leaves the device.</summary>
    public KeyPair KeyPair { get; }

    /// <summary>Makes new pre-keys with consecutive ids.</summary>
    /// <param name="firstId">Id of the first one; continue with <see cref="PreKeyIds.Next"/> of the last.</param>
    /// <param name="count">How many, at least 1.</param>
    public static IReadOnlyList<PreKey> Generate(uint firstId, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var keys = new PreKey[count];
        for (var i = 0; i < count; i++, firstId = PreKeyIds.Next(firstId))
        {
            keys[i] = new PreKey(firstId, KeyPair.Generate());
        }

        return keys;
    }
}
