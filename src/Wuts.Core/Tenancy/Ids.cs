using System.Diagnostics.CodeAnalysis;

namespace Wuts.Core.Tenancy;

/// <summary>Names a tenant: a UUID version 4.</summary>
public readonly record struct TenantId(Guid Value)
{
    /// <summary>A new id.</summary>
    public static TenantId New() => new(Guid.NewGuid());

    /// <summary>Reads an id in its canonical form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TenantId id)
    {
        id = Guid.TryParseExact(text, "D", out var value) ? new TenantId(value) : default;
        return id != default;
    }

    /// <summary>The canonical form in lower case.</summary>
    public override string ToString() => Value.ToString("D");
}

/// <summary>Names a user: a UUID version 4.</summary>
public readonly record struct UserId(Guid Value)
{
    /// <summary>A new id.</summary>
    public static UserId New() => new(Guid.NewGuid());

    /// <summary>Reads an id in its canonical form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UserId id)
    {
        id = Guid.TryParseExact(text, "D", out var value) ? new UserId(value) : default;
        return id != default;
    }

    /// <summary>The canonical form in lower case.</summary>
    public override string ToString() => Value.ToString("D");
}
