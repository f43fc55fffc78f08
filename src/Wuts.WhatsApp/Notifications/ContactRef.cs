using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Notifications;

/// <summary>Whom a notification is about: an address, or only the short hash of one. Sync section 10.3.</summary>
/// <param name="Jid">Address without device, when the notification names it.</param>
/// <param name="Hash">Short hash, when it does not; see <see cref="Identity.ContactHash"/>.</param>
public readonly record struct ContactRef(Jid? Jid, string? Hash)
{
    /// <summary>Reads the attributes <c>jid</c> and <c>hash</c> of an element, and falls back to the sender of the notification.</summary>
    internal static ContactRef Read(Node element, Jid? sender)
    {
        if (Iq.BaseJid(element, "jid") is { } jid)
        {
            return new ContactRef(jid, null);
        }

        return element["hash"] is { Length: > 0 } hash ? new ContactRef(null, hash) : new ContactRef(sender, null);
    }

    /// <summary>Whether it names nobody.</summary>
    public bool IsEmpty => Jid is null && Hash is null;
}
