using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.AppState;

/// <summary>Encrypts and authenticates records. Sync section 3.5.</summary>
internal static class MutationEncoder
{
    /// <summary>Length of the IV in front of the ciphertext.</summary>
    public const int IvSize = 16;

    /// <summary>Makes the mutation that sets or removes a record.</summary>
    /// <param name="operation">Goes into the value MAC, so a SET cannot be passed off as a REMOVE.</param>
    /// <param name="keys">The key to write with; a REMOVE uses the one of the stored record.</param>
    /// <param name="index">The JSON bytes of <see cref="AppStateIndex"/>.</param>
    /// <param name="value">The action with its timestamp.</param>
    /// <param name="actionVersion">Schema version of the action.</param>
    /// <param name="iv">16 random bytes.</param>
    /// <param name="record">What a store holds after a SET.</param>
    public static SyncdMutation Encode(
        MutationOperation operation, MutationKeys keys, ReadOnlySpan<byte> index, SyncActionValue value, int actionVersion,
        ReadOnlySpan<byte> iv, out AppStateRecord record)
    {
        var indexBytes = ByteString.CopyFrom(index);
        var data = new SyncActionData { Index = indexBytes, Value = value, Padding = ByteString.Empty, Version = actionVersion };
        var blob = Seal(operation, keys, data.ToByteArray(), iv);
        var indexMac = HMACSHA256.HashData(keys.IndexKey, index);
        record = new AppStateRecord
        {
            IndexMac = new AppStateMac(indexMac),
            ValueMac = new AppStateMac(blob.AsSpan(^AppStateMac.Size..)),
            KeyId = keys.Id,
            Index = indexBytes.Memory,
            Value = value.ToByteArray(),
            ActionVersion = actionVersion,
        };
        return new SyncdMutation
        {
            Operation = (SyncdMutation.Types.Operation)operation,
            Record = new SyncdRecord
            {
                Index = new SyncdIndex { Blob = UnsafeByteOperations.UnsafeWrap(indexMac) },
                Value = new SyncdValue { Blob = UnsafeByteOperations.UnsafeWrap(blob) },
                KeyId = new KeyId { Id = ByteString.CopyFrom(keys.Id.Bytes) },
            },
        };
    }

    private static byte[] Seal(MutationOperation operation, MutationKeys keys, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> iv)
    {
        using var aes = Aes.Create();
        aes.SetKey(keys.ValueEncryptionKey);
        var contentSize = IvSize + aes.GetCiphertextLengthCbc(plain.Length);
        var blob = new byte[contentSize + AppStateMac.Size];
        iv[..IvSize].CopyTo(blob);
        aes.EncryptCbc(plain, iv[..IvSize], blob.AsSpan(IvSize));
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA512, keys.ValueMacKey);
        AppStateMacs.Value(hmac, operation, keys.Id.Bytes, blob.AsSpan(0, contentSize)).CopyTo(blob.AsSpan(contentSize));
        return blob;
    }
}
