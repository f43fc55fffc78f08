namespace Wuts.Simulator;

/// <summary>What a member of a group may do. The names on the wire are <c>admin</c> and <c>superadmin</c>.</summary>
public enum GroupRole
{
    /// <summary>Nothing special.</summary>
    Member,

    /// <summary>Manages the group.</summary>
    Admin,

    /// <summary>Made the group.</summary>
    SuperAdmin,
}

/// <summary>A member of a group.</summary>
/// <param name="Person">Who it is.</param>
/// <param name="Role">What they may do.</param>
/// <param name="HidesNumber">Whether others who do not know them see only a masked number.</param>
public sealed record GroupMember(Person Person, GroupRole Role, bool HidesNumber = false);

/// <summary>What a group is about.</summary>
/// <param name="Id">Changes with the text.</param>
/// <param name="Text">The text.</param>
/// <param name="SetAt">When it was set.</param>
/// <param name="SetBy">Who set it.</param>
public sealed record GroupDescription(string Id, string Text, DateTimeOffset SetAt, Person SetBy);
