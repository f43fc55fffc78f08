using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Wuts.Core.Devices;

/// <summary>
/// The name of a device in the Wawp dialect: 12 characters out of A–Z and 0–9. The same device as its <see cref="DeviceId"/>.
/// Contract wawp 1.1.
/// </summary>
public readonly record struct InstanceId
{
    /// <summary>Number of characters.</summary>
    public const int Length = 12;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    private readonly string? _text;

    private InstanceId(string text) => _text = text;

    /// <summary>A new id, drawn at random.</summary>
    public static InstanceId New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>Reads an id; letters may be of either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out InstanceId id)
    {
        var upper = text?.ToUpperInvariant();
        var valid = upper is { Length: Length } && !upper.AsSpan().ContainsAnyExcept(Characters);
        id = valid ? new InstanceId(upper!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
