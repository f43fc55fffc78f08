using System.Diagnostics.CodeAnalysis;

namespace Wuts.Core.Devices;

/// <summary>Names a device of this gateway: a UUID version 4. To clients it is opaque.</summary>
public readonly record struct DeviceId(Guid Value)
{
    /// <summary>A new id.</summary>
    public static DeviceId New() => new(Guid.NewGuid());

    /// <summary>Reads an id in its canonical form, 36 characters in any case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceId id)
    {
        id = Guid.TryParseExact(text, "D", out var value) ? new DeviceId(value) : default;
        return id != default;
    }

    /// <summary>The canonical form in lower case.</summary>
    public override string ToString() => Value.ToString("D");
}
