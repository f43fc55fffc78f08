namespace Wuts.Simulator;

/// <summary>How large a made-up world around an account is. Everything has a default; the defaults make nothing.</summary>
public sealed record WorldPlan
{
    /// <summary>The most of anything that one plan may make.</summary>
    public const int Most = 1_000_000;

    /// <summary>Determines names, numbers, LIDs and who is in which group. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many people are in the address book of the account.</summary>
    public int Contacts { get; init; }

    /// <summary>How many people are in the directory besides: they are met in groups.</summary>
    public int Strangers { get; init; }

    /// <summary>How many groups the account is in.</summary>
    public int Groups { get; init; }

    /// <summary>How many members each group has, the account included. Default: 20.</summary>
    public int GroupMembers { get; init; } = 20;

    /// <summary>How many of the people are blocked.</summary>
    public int Blocked { get; init; }

    /// <summary>How many of a hundred people have a picture. Default: 70.</summary>
    public int PicturePercent { get; init; } = 70;

    /// <summary>How many of a hundred people are businesses. Default: 5.</summary>
    public int BusinessPercent { get; init; } = 5;

    /// <summary>How many of a hundred people show picture and about to their contacts only. Default: 20.</summary>
    public int PrivatePercent { get; init; } = 20;

    /// <summary>How many of a hundred contacts have the account in their address book too. Default: 60.</summary>
    public int MutualPercent { get; init; } = 60;

    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range; the message names it.</exception>
    internal void Validate()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(Contacts), Contacts), (nameof(Strangers), Strangers), (nameof(Groups), Groups),
            (nameof(GroupMembers), GroupMembers), (nameof(Blocked), Blocked),
        })
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Most, name);
        }

        foreach (var (name, value) in new[]
        {
            (nameof(PicturePercent), PicturePercent), (nameof(BusinessPercent), BusinessPercent),
            (nameof(PrivatePercent), PrivatePercent), (nameof(MutualPercent), MutualPercent),
        })
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100, name);
        }
    }
}

/// <summary>What was made.</summary>
/// <param name="Contacts">The people of the address book.</param>
/// <param name="Strangers">The other people.</param>
/// <param name="Groups">The groups.</param>
public sealed record WorldOutcome(IReadOnlyList<Person> Contacts, IReadOnlyList<Person> Strangers, IReadOnlyList<Group> Groups);
