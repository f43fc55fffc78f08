using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.AppState;

/// <summary>The MACs over a record's content, over a whole collection and over a patch. Sync sections 3.5, 3.7 and 3.8.</summary>
internal static class AppStateMacs
{
    private const int ShortContent = 512;

    /// <summary>
    /// <c>HMAC512(valueMacKey, op || keyId || IV || ciphertext || u64be(1 + length of keyId))</c>, cut to 32 bytes, where op is
    /// 1 for SET and 2 for REMOVE.
    /// </summary>
    /// <param name="hmac">HMAC-SHA-512 keyed with the value MAC key; it is left ready for the next record.</param>
    /// <param name="operation">What the record's mutation does; records of a snapshot are SETs.</param>
    /// <param name="keyId">Id of the key, as it stands in the record.</param>
    /// <param name="content">IV and ciphertext.</param>
    public static AppStateMac Value(
        IncrementalHash hmac, MutationOperation operation, ReadOnlySpan<byte> keyId, ReadOnlySpan<byte> content)
    {
        // Contents are short as a rule, and one call for all is cheaper than three.
        var headerSize = 1 + keyId.Length;
        Span<byte> buffer = stackalloc byte[1 + AppStateKeyId.MaxSize + ShortContent + sizeof(ulong)];
        buffer[0] = operation == MutationOperation.Set ? (byte)1 : (byte)2;
        keyId.CopyTo(buffer[1..]);
        var used = headerSize;
        if (content.Length <= ShortContent)
        {
            content.CopyTo(buffer[used..]);
            used += content.Length;
        }
        else
        {
            hmac.AppendData(buffer[..used]);
            hmac.AppendData(content);
            used = 0;
        }

        BinaryPrimitives.WriteUInt64BigEndian(buffer[used..], (ulong)headerSize);
        hmac.AppendData(buffer[..(used + sizeof(ulong))]);
        Span<byte> mac = stackalloc byte[SHA512.HashSizeInBytes];
        hmac.GetHashAndReset(mac);
        return new AppStateMac(mac[..AppStateMac.Size]);
    }

    /// <summary><c>HMAC256(snapshotMacKey, hash || u64be(version) || collection name)</c></summary>
    public static AppStateMac Snapshot(ReadOnlySpan<byte> snapshotMacKey, LtHash hash, ulong version, AppStateCollection collection)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, snapshotMacKey);
        hmac.AppendData(hash.Bytes);
        return Finish(hmac, version, collection);
    }

    /// <summary><c>HMAC256(patchMacKey, snapshotMac || valueMac_1 || … || valueMac_n || u64be(version) || collection name)</c></summary>
    public static AppStateMac Patch(
        ReadOnlySpan<byte> patchMacKey, ReadOnlySpan<byte> snapshotMac, IEnumerable<AppStateMac> valueMacs, ulong version,
        AppStateCollection collection)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, patchMacKey);
        hmac.AppendData(snapshotMac);
        Span<byte> mac = stackalloc byte[AppStateMac.Size];
        foreach (var valueMac in valueMacs)
        {
            valueMac.CopyTo(mac);
            hmac.AppendData(mac);
        }

        return Finish(hmac, version, collection);
    }

    private static AppStateMac Finish(IncrementalHash hmac, ulong version, AppStateCollection collection)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, version);
        hmac.AppendData(number);
        hmac.AppendData(collection.WireNameBytes());
        Span<byte> mac = stackalloc byte[AppStateMac.Size];
        hmac.GetHashAndReset(mac);
        return new AppStateMac(mac);
    }
}
