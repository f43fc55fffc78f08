using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// The server's wish, after a scan, that the client shows the same reference with a new ADV secret. Protocol section 7.4.
/// </summary>
/// <remarks>
/// While not paired: draw a new secret, store it, acknowledge, show the same reference again without restarting its clock.
/// Exception: while pairing by code waits for pair-success the secret stays, because that stanza is protected with it.
/// </remarks>
internal static class CompanionRegRefresh
{
    private const string Type = "companion_reg_refresh";

    // <notification from="s.whatsapp.net" type="companion_reg_refresh" id t>
    //   <companion_reg_refresh/> or <pair-device-rotate-qr/>
    // </notification>

    /// <summary>Whether the stanza asks for a new secret.</summary>
    public static bool IsRequest(Node stanza) =>
        PairingIq.IsNotification(stanza, Type) && (stanza.Child(Type) ?? stanza.Child("pair-device-rotate-qr")) is not null;
}
