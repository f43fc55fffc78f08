namespace Wuts.Core.Tenancy;

/// <summary>A company. Nothing ever crosses from one to another.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, unique in the installation whatever the case.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="UpdatedAt">When it last changed.</param>
public sealed record Tenant(TenantId Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>What a user may do. The numbers are stored: they do not change. Contract wuts 1.2.</summary>
public enum Role
{
    /// <summary>Own data and own devices.</summary>
    User = 0,

    /// <summary>All devices of the tenant; sees users, may promote a user to manager.</summary>
    Manager = 1,

    /// <summary>Everything inside the tenant.</summary>
    Admin = 2,
}

/// <summary>A user of a tenant. The token is not part of it: it is a secret.</summary>
public sealed record User
{
    /// <summary>Its id.</summary>
    public required UserId Id { get; init; }

    /// <summary>Its tenant.</summary>
    public required TenantId TenantId { get; init; }

    /// <summary>E-mail address, unique in the installation whatever the case.</summary>
    public required string Email { get; init; }

    /// <summary>What it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Whether its token is accepted.</summary>
    public required bool Active { get; init; }

    /// <summary>Where the events of devices that it links are to be sent, if it said so.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"User {Id}";
}

/// <summary>A user with the token, for the few places that show it.</summary>
/// <param name="User">The user.</param>
/// <param name="Token">The token: a UUID version 4 in lower case. A secret.</param>
public sealed record UserWithToken(User User, string Token)
{
    /// <inheritdoc/>
    public override string ToString() => User.ToString();
}
