using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.AppState;

/// <summary>Compares logical indexes by their bytes.</summary>
internal sealed class IndexBytesComparer : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public static readonly IndexBytesComparer Instance = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode([DisallowNull] ReadOnlyMemory<byte> obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj.Span);
        return hash.ToHashCode();
    }
}
