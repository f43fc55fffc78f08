using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Groups;

/// <summary>A group.</summary>
/// <param name="Info">What is known of it.</param>
/// <param name="IsMember">Whether the account is in it.</param>
/// <param name="IsAdmin">Whether the account is an admin of it.</param>
/// <param name="AsOf">When it was last confirmed.</param>
public sealed record GroupView(GroupInfo Info, bool IsMember, bool IsAdmin, DateTimeOffset AsOf);

/// <summary>The groups of an account.</summary>
/// <param name="Groups">Ordered by address, ordinal.</param>
/// <param name="StaleSince">Since when the device is not connected; <see langword="null"/> while it is.</param>
public sealed record GroupList(IReadOnlyList<GroupView> Groups, DateTimeOffset? StaleSince);
