using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>The decrypted content of a record as slices: SyncActionData of sync section 15.3, its padding ignored.</summary>
internal readonly ref struct ActionData
{
    private ActionData(ReadOnlySpan<byte> index, ReadOnlySpan<byte> value, int version)
    {
        Index = index;
        Value = value;
        Version = version;
    }

    /// <summary>The index as the exact bytes that were authenticated.</summary>
    public ReadOnlySpan<byte> Index { get; }

    /// <summary>The encoded SyncActionValue; empty when there is none.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Schema version of the action; 0 when there is none.</summary>
    public int Version { get; }

    /// <summary>Reads an encoded SyncActionData.</summary>
    public static ActionData Read(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> index = default, value = default;
        var version = 0;
        var reader = new WireReader(data);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    index = reader.ReadBytes(type);
                    break;
                case 2:
                    value = reader.ReadBytes(type);
                    break;
                case 4:
                    version = unchecked((int)reader.ReadVarint(type));
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new ActionData(index, value, version);
    }
}
