using System.Text;
using Wuts.Simulator.People;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Groups;

/// <summary>
/// Tells the linked devices of members what has changed about a group, to each as they may see it. Sync section 9.4. The
/// caller holds the gate of the group, so that devices hear of changes in their order.
/// </summary>
internal static class GroupNotices
{
    /// <summary>A change that looks the same to everybody.</summary>
    public static void Tell(World world, Group group, Person by, Node change) => Tell(world, group, by, _ => change);

    /// <summary>A change as each member sees it.</summary>
    /// <param name="world">Where it happens.</param>
    /// <param name="group">Which group.</param>
    /// <param name="by">Who made the change.</param>
    /// <param name="change">The child of the notification for a viewer; <see langword="null"/> tells the viewer nothing.</param>
    /// <param name="also">Who is told besides the members, because they are none any more.</param>
    public static void Tell(World world, Group group, Person by, Func<Person, Node?> change, IEnumerable<Person>? also = null)
    {
        foreach (var viewer in group.Watchers().Concat(also ?? []))
        {
            if (viewer.Account is { HasDevices: true } account && change(viewer) is { } child)
            {
                world.Post.Deliver(account, group.Jid, "w:gp2", child, except: null, Actor(group, viewer, by));
            }
        }
    }

    /// <summary>The members of a change as a viewer sees them, with what their addresses are to the group.</summary>
    public static Node Members(Group group, Person viewer, string tag, IReadOnlyList<Person> people, params ReadOnlySpan<(string, AttributeValue)> attributes) =>
        new(tag, attributes, [.. people.Select(person => GroupNodes.Participant(
            group, viewer, group.Member(person) is { } member ? member with { Role = GroupRole.Member } : new GroupMember(person, GroupRole.Member)))]);

    /// <summary>The whole group, for somebody who is in it now.</summary>
    public static Node Create(Group group, Person viewer, string? type, string? reason) => new(
        "create",
        [("type", type), ("reason", reason), ("key", type is null ? null : "3EB0" + group.Jid.User)],
        [GroupNodes.Whole(group, viewer, withMembers: true, withDescription: true)]);

    public static Node Subject(Group group, Person viewer) => new("subject",
    [
        ("subject", group.Subject),
        ("s_t", group.SubjectSetAt.ToUnixTimeSeconds()),
        ("s_o", GroupNodes.AddressIn(group, group.SubjectSetBy)),
        ("s_o_pn", GroupNodes.NumberIn(group, viewer, group.SubjectSetBy)),
    ]);

    public static Node Description(string id, string? text) => new(
        "description", [("id", id)], [text is null ? new Node("delete") : new Node("body", [], Encoding.UTF8.GetBytes(text))]);

    /// <summary>A picture was set or removed, which is told like that of a person. Sync section 10.4.</summary>
    public static void Picture(World world, Group group, Person by, LinkedDevice? device)
    {
        foreach (var viewer in group.Watchers())
        {
            var author = GroupNodes.AddressIn(group, by);
            var child = group.Picture is { } picture
                ? new Node("set", [("jid", group.Jid), ("id", picture.Id), ("author", author)])
                : new Node("delete", [("jid", group.Jid), ("author", author)]);
            world.Post.Deliver(viewer.Account!, group.Jid, "picture", child, device, Actor(group, viewer, by).AsSpan(0, 1));
        }
    }

    private static (string, AttributeValue)[] Actor(Group group, Person viewer, Person by) =>
    [
        ("participant", GroupNodes.AddressIn(group, by)),
        ("participant_pn", GroupNodes.NumberIn(group, viewer, by)),
        ("participant_lid", group.LidAddressing ? default(AttributeValue) : by.Lid),
        ("participant_username", by.Username),
        ("addressing_mode", group.LidAddressing ? "lid" : "pn"),
        ("notify", by.PushName),
    ];
}
