using Wuts.Simulator.People;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>
/// Somebody in the user directory of the network: addresses, what the profile shows, and who may see it. An
/// <see cref="Simulator.Account"/> is a person whose phone takes part; most people only answer questions. Changes are told to
/// the linked devices of those who know the person, as a real server does. Safe for concurrent use.
/// </summary>
public sealed partial class Person
{
    private readonly World _world;
    private volatile PersonAddresses _addresses;
    private string? _pushName;
    private BlockList? _blocked;

    internal Person(World world, PersonAddresses addresses, PersonSpec spec)
    {
        _world = world;
        _addresses = addresses;
        _pushName = spec.PushName;
        Username = spec.Username;
        LidIsKnown = spec.LidIsKnown;
        Business = spec.Business;
        About = new AboutText(spec.About, world.Server.StartedAt);
        Aliases = [.. spec.Aliases];
        Picture = spec.HasPicture ? world.NextPicture() : null;
        DisappearingMode = spec.DisappearingTimer > TimeSpan.Zero
            ? new DisappearingMode(spec.DisappearingTimer, world.Server.StartedAt)
            : null;
    }

    /// <summary>The phone number, digits only.</summary>
    public string Phone => _addresses.Jid.User;

    /// <summary>The address by phone number.</summary>
    public Jid Jid => _addresses.Jid;

    /// <summary>The address by LID.</summary>
    public Jid Lid => _addresses.Lid;

    /// <summary>The account whose phone this person holds; <see langword="null"/> for somebody who only answers questions.</summary>
    public Account? Account { get; internal set; }

    /// <summary>Whether the number is registered.</summary>
    public bool IsRegistered { get; internal set; } = true;

    /// <summary>The name the person chose.</summary>
    public string? PushName => Account?.PushName ?? Volatile.Read(ref _pushName);

    /// <summary>The user name, if there is one.</summary>
    public string? Username { get; internal set; }

    /// <summary>Other spellings of the number that lead here, digits only.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Whether the server tells the LID to somebody who knows the number. May be changed at any time.</summary>
    public bool LidIsKnown { get; set; }

    /// <summary>The about text.</summary>
    public AboutText About { get; private set; }

    /// <summary>The picture, if there is one.</summary>
    public Picture? Picture { get; private set; }

    /// <summary>What makes the person a business, if it is one.</summary>
    public BusinessCard? Business { get; private set; }

    /// <summary>The default timer of disappearing messages, if it was ever set.</summary>
    public DisappearingMode? DisappearingMode { get; private set; }

    /// <summary>Who may see what.</summary>
    public PrivacySettings Privacy { get; } = new();

    /// <summary>What the server does wrong when it is asked about this person.</summary>
    public DirectoryDefects Defects { get; set; } = DirectoryDefects.None;

    /// <summary>Whether the account has moved to LIDs, so that the block list takes nothing else. Default: yes.</summary>
    public bool IsLidMigrated { get; set; } = true;

    /// <summary>Whom this person has blocked.</summary>
    public IReadOnlyList<Person> Blocked => _blocked?.People ?? [];

    /// <summary>One change of the person at a time, so that devices hear of changes in their order.</summary>
    internal Lock Gate { get; } = new();

    internal BlockList BlockList => LazyInitializer.EnsureInitialized(ref _blocked, () => new BlockList(_world.Server.Time));

    /// <summary>Whether this person has blocked somebody.</summary>
    public bool HasBlocked(Person other) => _blocked?.Contains(other) ?? false;

    /// <summary>Whether somebody may see what a privacy setting is about.</summary>
    /// <param name="viewer">Who looks.</param>
    /// <param name="setting">One of <see cref="PrivacySettings.Names"/>.</param>
    /// <param name="token">The token that the viewer shows, or nothing.</param>
    public bool IsVisibleTo(Person viewer, string setting, ReadOnlySpan<byte> token = default)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer == this)
        {
            return true;
        }

        if (HasBlocked(viewer))
        {
            return false;
        }

        return Privacy[setting] switch
        {
            PrivacySettings.Everyone => true,
            PrivacySettings.Nobody => false,
            PrivacySettings.ContactsExcept when _excepted?.Contains(viewer) ?? false => false,
            _ => Knows(viewer) || _world.Tokens.IsGood(owner: this, holder: viewer, token),
        };
    }

    internal void MoveTo(PersonAddresses addresses) => _addresses = addresses;
}
