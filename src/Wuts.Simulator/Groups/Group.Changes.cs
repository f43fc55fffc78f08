using System.Text;
using Wuts.Simulator.Groups;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

// What the group is like. Sync section 9.4. Without a name of who does it, it is the creator.
public sealed partial class Group
{
    /// <summary>Changes the name.</summary>
    public void SetSubject(string subject, Person? by = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        lock (Gate)
        {
            Subject = subject;
            SubjectSetAt = _world.Server.Time.GetUtcNow();
            SubjectSetBy = by ?? Creator;
            GroupNotices.Tell(_world, this, SubjectSetBy, viewer => GroupNotices.Subject(this, viewer));
        }
    }

    /// <summary>Changes the description; <see langword="null"/> deletes it.</summary>
    public void SetDescription(string? text, Person? by = null)
    {
        lock (Gate)
        {
            var id = _world.Groups.NextDescriptionId();
            Description = text is null ? null : new GroupDescription(id, text, _world.Server.Time.GetUtcNow(), by ?? Creator);
            GroupNotices.Tell(_world, this, by ?? Creator, GroupNotices.Description(id, text));
        }
    }

    /// <summary>Lets only administrators write, or everybody.</summary>
    public void SetAnnouncement(bool on, Person? by = null)
    {
        lock (Gate)
        {
            IsAnnouncement = on;
            AnnounceVersion++;
            GroupNotices.Tell(_world, this, by ?? Creator, new Node(on ? "announcement" : "not_announcement", [("v_id", AnnounceVersion)]));
        }
    }

    /// <summary>Lets only administrators edit the information, or everybody.</summary>
    public void SetLocked(bool on, Person? by = null) => Set(() => IsLocked = on, by, new Node(on ? "locked" : "unlocked"));

    /// <summary>Changes the timer of disappearing messages; zero is off.</summary>
    public void SetDisappearingTimer(TimeSpan duration, Person? by = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        Set(
            () => DisappearingTimer = duration,
            by,
            duration == TimeSpan.Zero
                ? new Node("not_ephemeral")
                : new Node("ephemeral", [("expiration", (long)duration.TotalSeconds), ("trigger", 0)]));
    }

    /// <summary>Lets administrators approve who joins, or nobody.</summary>
    public void SetApproval(bool on, Person? by = null) => Set(() => NeedsApproval = on, by, GroupNodes.ApprovalMode(on));

    /// <summary>Lets every member add others, or only administrators.</summary>
    public void SetEveryoneAdds(bool on, Person? by = null) => Set(
        () => EveryoneAdds = on, by, new Node("member_add_mode", [], Encoding.ASCII.GetBytes(on ? "all_member_add" : "admin_add")));

    /// <summary>Suspends the group, or ends that.</summary>
    public void SetSuspended(bool on, Person? by = null) => Set(() => IsSuspended = on, by, new Node(on ? "suspended" : "unsuspended"));

    /// <summary>Replaces the invite code.</summary>
    public void RevokeInvite(Person? by = null)
    {
        lock (Gate)
        {
            var old = InviteCode;
            InviteCode = _world.Groups.NextInviteCode();
            _world.Groups.MoveInvite(this, old, InviteCode);
            GroupNotices.Tell(_world, this, by ?? Creator, new Node("invite", [("code", InviteCode)]));
        }
    }

    /// <summary>Makes the group part of a community, or takes it out of the one that it belongs to.</summary>
    /// <exception cref="ArgumentException">It is no community, or this group is one itself.</exception>
    public void SetCommunity(Group? community, Person? by = null)
    {
        if (IsCommunity || community is { IsCommunity: false })
        {
            throw new ArgumentException("A group belongs to a community, and a community to none.", nameof(community));
        }

        lock (Gate)
        {
            if (Community is { } old)
            {
                old.RemoveSubgroup(this);
                old.TellOfSubgroup(this, by ?? Creator, isLinked: false);
                Community = null;
                GroupNotices.Tell(_world, this, by ?? Creator, new Node(
                    "unlink", [("unlink_type", "parent_group"), ("unlink_reason", "unlink_group")], [new Node("group", [("jid", old.Jid)])]));
            }

            if (community is not null)
            {
                community.AddSubgroup(this);
                community.TellOfSubgroup(this, by ?? Creator, isLinked: true);
                Community = community;
                GroupNotices.Tell(_world, this, by ?? Creator, new Node(
                    "link",
                    [("link_type", "parent_group")],
                    [new Node("group", [("jid", community.Jid), ("subject", community.Subject), ("s_t", community.SubjectSetAt.ToUnixTimeSeconds())])]));
            }
        }
    }

    /// <summary>Deletes the group; nobody is a member any more.</summary>
    public void Delete(Person? by = null)
    {
        lock (Gate)
        {
            IsDeleted = true;
            GroupNotices.Tell(_world, this, by ?? Creator, new Node("delete"));
            foreach (var person in _members.Keys)
            {
                person.Leave(this);
            }

            _members.Clear();
            Community?.RemoveSubgroup(this);
            _world.Groups.Remove(this);
        }
    }

    /// <summary>Sets a new picture, made from its id.</summary>
    public Picture SetPicture(Person? by = null) => SetPicture(_world.NextPicture(), by ?? Creator, device: null);

    /// <summary>Sets a new picture.</summary>
    /// <exception cref="ArgumentException">The bytes are no JPEG.</exception>
    public Picture SetPicture(byte[] jpeg, Person? by = null) => SetPicture(_world.NextPicture(jpeg), by ?? Creator, device: null);

    /// <summary>Removes the picture; <see langword="false"/> when there is none.</summary>
    public bool RemovePicture(Person? by = null) => RemovePicture(by ?? Creator, device: null);

    internal Picture SetPicture(byte[] jpeg, Person by, LinkedDevice device) => SetPicture(_world.NextPicture(jpeg), by, device);

    internal bool RemovePicture(Person by, LinkedDevice? device)
    {
        lock (Gate)
        {
            if (Picture is not { } old)
            {
                return false;
            }

            _world.Pictures.Withdraw(old);
            Picture = null;
            GroupNotices.Picture(_world, this, by, device);
            return true;
        }
    }

    private Picture SetPicture(Picture picture, Person by, LinkedDevice? device)
    {
        lock (Gate)
        {
            if (Picture is { } old)
            {
                _world.Pictures.Withdraw(old);
            }

            Picture = picture;
            GroupNotices.Picture(_world, this, by, device);
            return picture;
        }
    }

    private void TellOfSubgroup(Group group, Person by, bool isLinked)
    {
        lock (Gate)
        {
            GroupNotices.Tell(_world, this, by, isLinked
                ? new Node("link", [("link_type", "sub_group")], [new Node("group", [("jid", group.Jid), ("subject", group.Subject)])])
                : new Node("unlink", [("unlink_type", "sub_group"), ("unlink_reason", "unlink_group")], [new Node("group", [("jid", group.Jid)])]));
        }
    }

    private void Set(Action set, Person? by, Node change)
    {
        lock (Gate)
        {
            set();
            GroupNotices.Tell(_world, this, by ?? Creator, change);
        }
    }
}
