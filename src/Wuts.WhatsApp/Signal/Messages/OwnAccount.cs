using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>The own device by both of its names.</summary>
/// <param name="Phone">By phone number, with the device number.</param>
/// <param name="Lid">By LID, with the device number; <c>default</c> when it is not known.</param>
internal sealed record OwnAccount(Jid Phone, Jid Lid)
{
    /// <summary>The own phone: the account without a device number.</summary>
    public Jid PrimaryPhone => Phone.ToBase();

    /// <summary>Where Signal state of the own phone is kept: under the LID as soon as it is known.</summary>
    public SignalAddress PrimaryAddress => SignalAddress.FromJid(Lid.IsEmpty ? Phone.ToBase() : Lid.ToBase());

    /// <summary>Whether an address is this account, by either name and whatever the device.</summary>
    public bool Includes(Jid jid) => !jid.IsEmpty && jid.ToBase() is var account && (account == Phone.ToBase() || account == Lid.ToBase());
}
