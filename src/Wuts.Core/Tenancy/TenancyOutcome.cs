using System.Diagnostics.CodeAnalysis;

namespace Wuts.Core.Tenancy;

/// <summary>Why something about tenants or users was not done.</summary>
public enum TenancyRefusal
{
    /// <summary>A tenant with this name exists already.</summary>
    TenantExists,

    /// <summary>A user with this e-mail address exists already.</summary>
    EmailExists,

    /// <summary>There is no such user in the tenant.</summary>
    NoUser,

    /// <summary>There is no such tenant.</summary>
    NoTenant,

    /// <summary>The caller's role does not allow it.</summary>
    NotAllowed,

    /// <summary>Nobody deletes themselves.</summary>
    Oneself,

    /// <summary>The tenant would have no active admin any more.</summary>
    LastAdmin,
}

/// <summary>What came of a change: a value, or which rule was in the way.</summary>
public sealed record TenancyOutcome<T>
    where T : class
{
    private TenancyOutcome(T? value, TenancyRefusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    /// <summary>The value, when nothing was in the way.</summary>
    public T? Value { get; }

    /// <summary>What was in the way.</summary>
    public TenancyRefusal? Refusal { get; }

    /// <summary>Takes the outcome apart.</summary>
    /// <returns>Whether there is a value.</returns>
    public bool TryGet([NotNullWhen(true)] out T? value, out TenancyRefusal refusal)
    {
        value = Value;
        refusal = Refusal.GetValueOrDefault();
        return value is not null;
    }

    /// <summary>An outcome with a value.</summary>
    public static implicit operator TenancyOutcome<T>(T value) => new(value, null);

    /// <summary>An outcome without one.</summary>
    public static implicit operator TenancyOutcome<T>(TenancyRefusal refusal) => new(null, refusal);
}

/// <summary>A tenant with its first user.</summary>
public sealed record Registered(Tenant Tenant, UserWithToken Admin);

/// <summary>A user before and after a change.</summary>
public sealed record UserChange(User Before, User After);

/// <summary>The users of a tenant.</summary>
public sealed record UserList(IReadOnlyList<UserWithToken> Users);
