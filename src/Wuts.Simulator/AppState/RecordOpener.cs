using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.AppState;

/// <summary>Reads one encrypted mutation as the phone does, and says exactly what is wrong with it. Sync section 3.5.</summary>
internal static class RecordOpener
{
    private const int BlockSize = 16;
    private const int SmallestBlob = (2 * BlockSize) + AppStateMac.Size;

    /// <summary>Whether a mutation has all parts in the right lengths.</summary>
    public static bool IsComplete(SyncdMutation mutation) =>
        mutation is { HasOperation: true, Record: { Index: not null, Value: not null, KeyId: not null } record }
        && record.Index.Blob.Length == AppStateMac.Size
        && record.Value.Blob.Length >= SmallestBlob
        && (record.Value.Blob.Length - AppStateMac.Size) % BlockSize == 0
        && AppStateKeyId.IsValid(record.KeyId.Id.Span);

    public static bool TryOpen(SyncdMutation mutation, SyncKey key, [NotNullWhen(true)] out PhoneRecord? record, out string fault)
    {
        record = null;
        fault = "";
        var blob = mutation.Record.Value.Blob.Span;
        var content = blob[..^AppStateMac.Size];
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA512, key.Expanded.ValueMacKey);
        var valueMac = AppStateMacs.Value(hmac, (MutationOperation)mutation.Operation, key.Id.Bytes, content);
        if (!valueMac.Matches(blob[^AppStateMac.Size..]))
        {
            fault = "The value MAC of a mutation is wrong.";
            return false;
        }

        if (!TryDecrypt(key, content, out var data))
        {
            fault = "The content of a mutation is not encrypted action data.";
            return false;
        }

        var indexMac = new AppStateMac(HMACSHA256.HashData(key.Expanded.IndexKey, data.Index.Span));
        if (!indexMac.Matches(mutation.Record.Index.Blob.Span))
        {
            fault = "The index MAC of a mutation is wrong.";
            return false;
        }

        var index = data.Index.ToStringUtf8();
        if (!AppStateIndex.TryRead(data.Index.Span, out var parts)
            || !AppStateIndex.Write(parts).AsSpan().SequenceEqual(data.Index.Span))
        {
            fault = "The index is not an array of strings as JSON.stringify writes it.";
            return false;
        }

        record = new PhoneRecord
        {
            Index = index,
            Value = data.Value ?? new SyncActionValue(),
            ActionVersion = data.Version,
            KeyId = key.Id,
            IndexMac = indexMac,
            ValueMac = valueMac,
        };
        return true;
    }

    private static bool TryDecrypt(SyncKey key, ReadOnlySpan<byte> content, [NotNullWhen(true)] out SyncActionData? data)
    {
        data = null;
        try
        {
            using var aes = Aes.Create();
            aes.SetKey(key.Expanded.ValueEncryptionKey);
            data = SyncActionData.Parser.ParseFrom(aes.DecryptCbc(content[BlockSize..], content[..BlockSize]));
            return data is { HasIndex: true, HasVersion: true };
        }
        catch (Exception e) when (e is CryptographicException or InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
