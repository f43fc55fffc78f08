using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>Whether an account gets to see something of a person.</summary>
public enum Sight
{
    /// <summary>It is there and may be seen.</summary>
    Visible,

    /// <summary>There is none, which may be seen.</summary>
    None,

    /// <summary>It is not for this account.</summary>
    Hidden,
}

/// <summary>Somebody as an account must know them when it has learnt all there is.</summary>
public sealed record KnownPerson
{
    /// <summary>The LID; <see langword="null"/> for a number that nobody has, and for one whose LID is not told.</summary>
    public Jid? Lid { get; init; }

    /// <summary>The number; <see langword="null"/> when it is hidden from the account.</summary>
    public Jid? Phone { get; init; }

    /// <summary>Whether the number is registered.</summary>
    public bool IsRegistered { get; init; }

    /// <summary>The entry of the address book; <see langword="null"/> for somebody who only wrote.</summary>
    public PhoneContact? Saved { get; init; }

    /// <summary>The push name that goes along with messages. An account that never had one does not know it.</summary>
    public string? PushName { get; init; }

    /// <summary>Whether the account has exchanged messages with the person, so that it has seen the push name.</summary>
    public bool HasWritten { get; init; }

    /// <summary>The user name.</summary>
    public string? Username { get; init; }

    /// <summary>What is seen of the about.</summary>
    public Sight AboutSight { get; init; }

    /// <summary>The about, when it is seen; may be empty.</summary>
    public string? About { get; init; }

    /// <summary>What is seen of the picture.</summary>
    public Sight PictureSight { get; init; }

    /// <summary>The id of the picture, when it is seen.</summary>
    public string? PictureId { get; init; }

    /// <summary>The verified name of a business.</summary>
    public string? BusinessName { get; init; }

    /// <summary>Whether the person is a business.</summary>
    public bool IsBusiness { get; init; }

    /// <summary>Whether the account has blocked the person.</summary>
    public bool IsBlocked { get; init; }
}
