using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>Tells which LID belongs to a phone number. The identity map implements it.</summary>
internal interface ILidDirectory
{
    /// <summary>The current LID of a phone number, both without device; <c>default</c> when it is not known.</summary>
    ValueTask<Jid> FindLidAsync(Jid phone, CancellationToken cancellationToken);
}

/// <summary>Where the Signal state of a sender is kept, and what has to move there first.</summary>
/// <param name="Address">The address.</param>
/// <param name="MoveFrom">User whose state moves to the address's user, or <see langword="null"/>.</param>
internal sealed record SessionAddressing(SignalAddress Address, string? MoveFrom)
{
    /// <summary>
    /// Decides for one sender: sessions are kept under the LID as soon as it is known. Sync section 1.3.
    /// </summary>
    /// <remarks>
    /// State also moves when the LID is the sender and the phone number only its other name: the account changed over, and
    /// its sessions with it. It never moves when the phone number belonged to another LID before, because then there may be
    /// another person behind it (sync section 5.4).
    /// </remarks>
    /// <param name="sender">The sending device.</param>
    /// <param name="alternative">Its other name in the stanza, or <c>default</c>.</param>
    /// <param name="known">The LID that the phone number had until now, or <c>default</c>.</param>
    /// <param name="addressing">The decision.</param>
    /// <returns><see langword="false"/> when the sender is not a person and so has no Signal state.</returns>
    public static bool TryResolve(Jid sender, Jid alternative, Jid known, out SessionAddressing addressing)
    {
        var phone = sender.IsLid ? alternative : sender;
        var lid = sender.IsLid ? sender : alternative.IsLid ? alternative : known;
        var isPair = phone.IsPhone && !phone.IsBot && lid.IsLid;
        var isConflict = isPair && !known.IsEmpty && known.ToBase() != lid.ToBase();

        addressing = null!;
        if (!SignalAddress.TryFromJid(isPair ? lid.WithDevice(sender.Device) : sender, out var address))
        {
            return false;
        }

        addressing = new SessionAddressing(address, isPair && !isConflict ? SignalAddress.FromJid(phone).User : null);
        return true;
    }
}
