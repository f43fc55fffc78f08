namespace Wuts.Simulator;

/// <summary>What a new person of the user directory is like. Everything has a default; numbers that are not given are made up.</summary>
public sealed record PersonSpec
{
    /// <summary>The about text that a phone sets when the person chooses none.</summary>
    public const string DefaultAbout = "Hey there! I am using WhatsApp.";

    /// <summary>The phone number: 7 to 15 digits without a leading zero. Default: the next free fictional number.</summary>
    public string? Phone { get; init; }

    /// <summary>The user part of the LID: 1 to 20 digits. Default: a number of its own.</summary>
    public string? Lid { get; init; }

    /// <summary>The name the person chose. Default: none.</summary>
    public string? PushName { get; init; }

    /// <summary>The user name. Default: none.</summary>
    public string? Username { get; init; }

    /// <summary>The about text; empty is an empty text. Default: the text of a new installation.</summary>
    public string About { get; init; } = DefaultAbout;

    /// <summary>Whether the person has a picture; its content is made from its id. Default: no.</summary>
    public bool HasPicture { get; init; }

    /// <summary>What makes the person a business. Default: nothing.</summary>
    public BusinessCard? Business { get; init; }

    /// <summary>Other spellings of the number that lead to this person, digits only (sync 4.5). Default: none.</summary>
    /// <remarks>The spellings of Brazilian, Mexican and Argentine mobile numbers need not be named.</remarks>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Default timer of disappearing messages. Default: none.</summary>
    public TimeSpan DisappearingTimer { get; init; }

    /// <summary>Whether the server tells the LID to somebody who knows the number. Default: yes.</summary>
    public bool LidIsKnown { get; init; } = true;
}
