namespace Wuts.Core.Tenancy;

/// <summary>Who may do what to whom inside a tenant. Contract wuts 1.2 and 7.1.</summary>
public static class RoleRules
{
    /// <summary>Whether a user may see another: managers and admins see everybody, everybody sees themselves.</summary>
    public static bool MaySee(User actor, User target) => SameTenant(actor, target) && (actor.Role >= Role.Manager || actor.Id == target.Id);

    /// <summary>Whether a user may switch another on and off: managers may not touch admins.</summary>
    public static bool MaySetActive(User actor, User target) =>
        SameTenant(actor, target) && actor.Role >= Role.Manager && actor.Role >= target.Role;

    /// <summary>
    /// Whether a user may change another's role: an admin moves anybody else between all roles, a manager makes a user a manager
    /// and nothing else, nobody changes their own.
    /// </summary>
    public static bool MaySetRole(User actor, User target, Role to) =>
        SameTenant(actor, target) && actor.Id != target.Id
        && (actor.Role == Role.Admin || (actor.Role == Role.Manager && target.Role == Role.User && to == Role.Manager));

    /// <summary>Whether a user may use a device of another user of the tenant. Contract wuts 1.9.</summary>
    public static bool MayUseDevicesOfOthers(User actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Role >= Role.Manager;
    }

    private static bool SameTenant(User actor, User target)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(target);
        return actor.TenantId == target.TenantId;
    }
}
