using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>The groups and communities of the network. Safe for concurrent use.</summary>
public sealed class GroupDirectory
{
    private const long FirstId = 120_363_000_000_000_000;
    private const int InviteBytes = 16;

    private readonly ConcurrentDictionary<Jid, Group> _byJid = new();
    private readonly ConcurrentDictionary<string, Group> _byInvite = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _revoked = new(StringComparer.Ordinal);
    private readonly World _world;
    private readonly SimulatorRandom _random;
    private long _issued;

    internal GroupDirectory(World world, SimulatorRandom random)
    {
        _world = world;
        _random = random;
    }

    /// <summary>How many groups there are.</summary>
    public int Count => _byJid.Count;

    /// <summary>All groups, in no particular order.</summary>
    public IReadOnlyCollection<Group> All => [.. _byJid.Values];

    /// <summary>Makes a group.</summary>
    /// <exception cref="ArgumentException">The id is malformed or taken, or the community is none.</exception>
    public Group Create(GroupSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Community is { IsCommunity: false } || (spec.Community is not null && spec.IsCommunity))
        {
            throw new ArgumentException("A group belongs to a community, and a community to none.", nameof(spec));
        }

        var id = spec.Id ?? (FirstId + Interlocked.Increment(ref _issued)).ToString(CultureInfo.InvariantCulture);
        if (!id.All(c => char.IsAsciiDigit(c) || c == '-') || !Jid.TryCreate(id, JidServers.Group, 0, 0, out var jid) || !jid.IsGroup)
        {
            throw new ArgumentException("The id of a group has digits, and dashes if it is old.", nameof(spec));
        }

        var group = new Group(_world, jid, spec, NextInviteCode());
        if (!_byJid.TryAdd(jid, group))
        {
            throw new ArgumentException("There is a group with this id already.", nameof(spec));
        }

        _byInvite[group.InviteCode] = group;
        spec.Community?.AddSubgroup(group);
        foreach (var member in group.Members)
        {
            member.Person.Join(group);
        }

        if (spec.Announce)
        {
            group.AnnounceCreation();
        }

        return group;
    }

    /// <summary>The group with an address, or <see langword="null"/>.</summary>
    public Group? Find(Jid jid) => _byJid.GetValueOrDefault(jid);

    /// <summary>The group that an invite code leads to, or <see langword="null"/>.</summary>
    public Group? FindInvite(string code) => _byInvite.GetValueOrDefault(code);

    /// <summary>Whether an invite code was good once.</summary>
    internal bool WasRevoked(string code) => _revoked.ContainsKey(code);

    internal string NextDescriptionId() => "3EB0" + Convert.ToHexString(_random.Bytes(9));

    internal string NextInviteCode() => Base64Url.EncodeToString(_random.Bytes(InviteBytes));

    /// <summary>An invite code was replaced.</summary>
    internal void MoveInvite(Group group, string from, string to)
    {
        _revoked[from] = 0;
        _byInvite.TryRemove(from, out _);
        _byInvite[to] = group;
    }

    /// <summary>A group was deleted.</summary>
    internal void Remove(Group group)
    {
        _byJid.TryRemove(group.Jid, out _);
        _byInvite.TryRemove(group.InviteCode, out _);
    }
}
