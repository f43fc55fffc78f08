using System.Diagnostics.CodeAnalysis;
using System.Text;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Pairing;

/// <summary>What the server says during a pairing by code without being asked.</summary>
/// <param name="Reference">Names the pairing; it must be the one that the server answered with.</param>
internal abstract record LinkCodeNotification(ReadOnlyMemory<byte> Reference)
{
    /// <summary>The user has typed the code on the phone.</summary>
    /// <param name="WrappedEphemeral">The phone's ephemeral key, wrapped with the code.</param>
    /// <param name="PrimaryIdentity">The phone's identity key.</param>
    /// <param name="Reference">Names the pairing.</param>
    public sealed record PrimaryHello(
        ReadOnlyMemory<byte> WrappedEphemeral, ReadOnlyMemory<byte> PrimaryIdentity, ReadOnlyMemory<byte> Reference)
        : LinkCodeNotification(Reference);

    /// <summary>A new code is needed.</summary>
    /// <param name="IsManual">Whether the user has to ask for it.</param>
    /// <param name="Reference">Names the pairing.</param>
    public sealed record RefreshCode(bool IsManual, ReadOnlyMemory<byte> Reference) : LinkCodeNotification(Reference);
}

/// <summary>The stanzas of pairing by code. Protocol sections 8.3 to 8.5.</summary>
internal static class LinkCodeStanzas
{
    private const string Tag = "link_code_companion_reg";

    // <iq to="s.whatsapp.net" type="set" id xmlns="md">
    //   <link_code_companion_reg jid stage="companion_hello" should_show_push_notification="true|false">
    //     <link_code_pairing_wrapped_companion_ephemeral_pub>[80 B]</…>
    //     <companion_server_auth_key_pub>[32 B]</…>
    //     <companion_platform_id>1</…> <companion_platform_display>Chrome (Linux)</…>
    //     <link_code_pairing_nonce>[00]</…>
    //   </link_code_companion_reg></iq>

    /// <summary>Asks for a pairing by code.</summary>
    public static Node BuildCompanionHello(
        string id,
        PhoneNumber phone,
        byte[] wrappedEphemeral,
        ReadOnlySpan<byte> noiseKey,
        DeviceIdentityOptions options,
        bool showPushNotification = true) => PairingIq.Set(
        id,
        new Node(Tag,
        [
            ("jid", phone.ToJid()),
            ("stage", "companion_hello"),
            ("should_show_push_notification", showPushNotification ? "true" : "false"),
        ],
        [
            new Node("link_code_pairing_wrapped_companion_ephemeral_pub", [], wrappedEphemeral),
            new Node("companion_server_auth_key_pub", [], noiseKey.ToArray()),
            new Node("companion_platform_id", [], [(byte)options.CodePairingPlatform.ClientType()]),
            new Node("companion_platform_display", [], Encoding.UTF8.GetBytes(options.BrowserAndOs)),
            new Node("link_code_pairing_nonce", [], [0]),
        ]));

    // <iq type="result" id from>
    //   <link_code_companion_reg stage="companion_hello"><link_code_pairing_ref>[n B]</…></link_code_companion_reg></iq>

    /// <summary>Reads the reference from the answer. An answer that is an error is the caller's to look at first.</summary>
    public static bool TryParseCompanionHelloResult(Node answer, out ReadOnlyMemory<byte> reference)
    {
        reference = default;
        return answer["type"] == "result" && answer.TryGetChild(Tag, out var body) && TryReadReference(body, out reference);
    }

    // <notification from="s.whatsapp.net" type="link_code_companion_reg" id t>
    //   <link_code_companion_reg stage="primary_hello">
    //     <link_code_pairing_wrapped_primary_ephemeral_pub>[80 B]</…>
    //     <primary_identity_pub>[32 B]</…> <link_code_pairing_ref>[n B]</…>
    //   </link_code_companion_reg>
    //   or <link_code_companion_reg stage="refresh_code" force_manual_refresh="true"?><link_code_pairing_ref>…</…></…>
    // </notification>

    /// <summary>Reads a notification of this kind. False for other stanzas, other stages and malformed ones.</summary>
    public static bool TryParseNotification(Node stanza, [NotNullWhen(true)] out LinkCodeNotification? notification)
    {
        notification = null;
        if (!PairingIq.IsNotification(stanza, Tag) || !stanza.TryGetChild(Tag, out var body) || !TryReadReference(body, out var reference))
        {
            return false;
        }

        notification = body["stage"] switch
        {
            "primary_hello" => ReadPrimaryHello(body, reference),
            "refresh_code" => new LinkCodeNotification.RefreshCode(body["force_manual_refresh"] == "true", reference),
            _ => null,
        };
        return notification is not null;
    }

    // <iq to="s.whatsapp.net" type="set" id xmlns="md">
    //   <link_code_companion_reg jid stage="companion_finish">
    //     <link_code_pairing_wrapped_key_bundle>[156 B]</…>
    //     <companion_identity_public>[32 B]</…> <link_code_pairing_ref>[n B]</…>
    //   </link_code_companion_reg></iq>

    /// <summary>Sends the key bundle; the answer is an empty result.</summary>
    public static Node BuildCompanionFinish(
        string id, PhoneNumber phone, byte[] bundle, ReadOnlySpan<byte> identityKey, ReadOnlyMemory<byte> reference) => PairingIq.Set(
        id,
        new Node(Tag, [("jid", phone.ToJid()), ("stage", "companion_finish")],
        [
            new Node("link_code_pairing_wrapped_key_bundle", [], bundle),
            new Node("companion_identity_public", [], identityKey.ToArray()),
            new Node("link_code_pairing_ref", [], reference.ToArray()),
        ]));

    private static LinkCodeNotification.PrimaryHello? ReadPrimaryHello(Node body, ReadOnlyMemory<byte> reference)
    {
        var wrapped = Content(body, "link_code_pairing_wrapped_primary_ephemeral_pub");
        var identity = Content(body, "primary_identity_pub");
        return wrapped.Length == LinkCode.WrappedSize && identity.Length == X25519.KeySize
            ? new LinkCodeNotification.PrimaryHello(wrapped, identity, reference)
            : null;
    }

    private static bool TryReadReference(Node body, out ReadOnlyMemory<byte> reference)
    {
        reference = Content(body, "link_code_pairing_ref");
        return !reference.IsEmpty;
    }

    private static ReadOnlyMemory<byte> Content(Node body, string tag) => body.Child(tag)?.ContentBytes ?? default;
}
