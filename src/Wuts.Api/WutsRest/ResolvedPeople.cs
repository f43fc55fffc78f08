using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Wuts.Core.Contacts;

namespace Wuts.Api.WutsRest;

/// <summary>
/// Encoded items about people of one device, as one version of its address book has them. Safe for concurrent use; what is kept
/// does not change any more.
/// </summary>
/// <param name="version">Version of the book, read before the items were.</param>
/// <param name="since">Timestamp of the beginning.</param>
internal sealed class ResolvedPeople(long version, long since)
{
    /// <summary>Asks for the version of the book and nothing else: none is as high, so there is nothing to list.</summary>
    public static readonly ContactListRequest AskVersion = new() { Since = long.MaxValue };

    private readonly ResolvedTable _table = new();

    /// <summary>Version of the book.</summary>
    public long Version => version;

    /// <summary>When the first item was made, as a timestamp.</summary>
    public long Since => since;

    /// <summary>How many bytes are held.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>Whether no more is kept.</summary>
    public bool IsFull => _table.IsFull;

    /// <summary>Asks whether the book still has the version.</summary>
    public ContactListRequest Question { get; } = AskVersion with { KnownVersion = version };

    /// <summary>The item for what a caller wrote.</summary>
    public bool TryFind(ReadOnlySpan<byte> input, out ResolvedItem item) => _table.Read().TryFind(input, out item, out _);

    /// <summary>Keeps the item for what a caller wrote.</summary>
    public void Keep(ReadOnlySpan<byte> input, ResolvedItem item) => _table.Add(input, item.Json);

    /// <summary>
    /// The items for a body that is <c>{"jids":[…]}</c> and nothing more, when all of them are known: once for each distinct input,
    /// in the order of the request. Anything else is for a reader that can say what is wrong.
    /// </summary>
    public bool TryFindAll(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ResolvedItem[]? items, out int count)
    {
        items = null;
        count = 0;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !reader.Read() || !reader.ValueTextEquals("jids"u8)
                || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }

            var inputs = 0;
            var known = _table.Read();
            Span<ulong> seen = stackalloc ulong[ResolvedTable.MaxPlaces / 64];
            var found = new ResolvedItem[ResolveEndpoints.MaxInputs];
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                if (++inputs > ResolveEndpoints.MaxInputs || reader.ValueIsEscaped || !known.TryFind(reader.ValueSpan, out var item, out var place))
                {
                    return false;
                }

                ref var word = ref seen[place / 64];
                var bit = 1UL << place;
                if ((word & bit) == 0)
                {
                    word |= bit;
                    found[count++] = item;
                }
            }

            if (count == 0 || reader.TokenType != JsonTokenType.EndArray || !reader.Read() || reader.TokenType != JsonTokenType.EndObject || reader.Read())
            {
                return false;
            }

            items = found;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>An encoded item of an answer, with a comma before it.</summary>
/// <param name="bytes">Where it is.</param>
/// <param name="start">Where it begins.</param>
/// <param name="length">How long it is.</param>
internal readonly struct ResolvedItem(byte[] bytes, int start, int length)
{
    /// <summary>Length of <see cref="Json"/>.</summary>
    public int Length => length;

    /// <summary>Whether there is none.</summary>
    public bool IsNone => bytes is null;

    /// <summary>A comma and the object.</summary>
    public ReadOnlySpan<byte> Json => bytes.AsSpan(start, length);
}
