using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>How an entry of the address book is saved. Sync section 3.1.</summary>
public enum ContactKind
{
    /// <summary>The usual entry, by phone number or by LID.</summary>
    Contact,

    /// <summary>Saved by user name or LID, without a number.</summary>
    LidContact,

    /// <summary>Known from another app, not in the phone's own address book.</summary>
    OutContact,
}

/// <summary>An entry of a phone's address book.</summary>
/// <param name="Jid">Whom it is about: a phone number or a LID, without device.</param>
/// <param name="FullName">The whole name.</param>
/// <param name="FirstName">The given name.</param>
/// <param name="Username">The user name.</param>
/// <param name="Alternative">The same person's other address: the LID of a number, the number of a LID.</param>
public sealed record PhoneContact(
    Jid Jid,
    string? FullName = null,
    string? FirstName = null,
    string? Username = null,
    Jid? Alternative = null)
{
    /// <summary>How it is saved. Default: the usual way.</summary>
    public ContactKind Kind { get; init; }

    /// <summary>Whether it is in the phone's own address book too. Default: yes.</summary>
    public bool OnPhone { get; init; } = true;

    /// <summary>The name of the kind, as an index of app state says it.</summary>
    internal string Action => Kind switch
    {
        ContactKind.LidContact => "lid_contact",
        ContactKind.OutContact => "out_contact",
        _ => "contact",
    };
}
