using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>A SyncdRecord as slices of the bytes that it came in; nothing is copied. Sync section 3.5.</summary>
internal readonly ref struct EncryptedRecord
{
    private const int BlockSize = 16;

    // An IV, at least one block, the MAC.
    private const int SmallestValue = (2 * BlockSize) + AppStateMac.Size;

    private EncryptedRecord(ReadOnlySpan<byte> indexMac, ReadOnlySpan<byte> value, ReadOnlySpan<byte> keyId)
    {
        IndexMac = indexMac;
        Content = value[..^AppStateMac.Size];
        ValueMac = value[^AppStateMac.Size..];
        KeyId = keyId;
    }

    /// <summary>The 32 bytes that name the record.</summary>
    public ReadOnlySpan<byte> IndexMac { get; }

    /// <summary>IV and ciphertext.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>The 32 bytes behind the content.</summary>
    public ReadOnlySpan<byte> ValueMac { get; }

    /// <summary>Id of the key that wrote the record.</summary>
    public ReadOnlySpan<byte> KeyId { get; }

    /// <summary>Reads an encoded SyncdRecord.</summary>
    /// <exception cref="WireFormatException">A part is missing or has an impossible length.</exception>
    public static EncryptedRecord Read(ReadOnlySpan<byte> record)
    {
        // SyncdIndex, SyncdValue and KeyId are all messages with one bytes field, number 1.
        ReadOnlySpan<byte> indexMac = default, value = default, keyId = default;
        var reader = new WireReader(record);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    indexMac = WireMessages.ReadBytesField(reader.ReadBytes(type), 1);
                    break;
                case 2:
                    value = WireMessages.ReadBytesField(reader.ReadBytes(type), 1);
                    break;
                case 3:
                    keyId = WireMessages.ReadBytesField(reader.ReadBytes(type), 1);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (indexMac.Length != AppStateMac.Size || !AppStateKeyId.IsValid(keyId)
            || value.Length < SmallestValue || (value.Length - AppStateMac.Size) % BlockSize != 0)
        {
            throw new WireFormatException("A record lacks a part or has one of an impossible length.", reader.Position);
        }

        return new EncryptedRecord(indexMac, value, keyId);
    }
}
