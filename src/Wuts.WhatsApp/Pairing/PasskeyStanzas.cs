using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Pairing;

/// <summary>The stanzas of pairing behind a passkey. Protocol section 7.8.</summary>
internal static class PasskeyStanzas
{
    private const string RequestOptions = "passkey_request_options";

    // <notification from="s.whatsapp.net" type="passkey_prologue_request" id t>
    //   <passkey_request_options>[JSON]</passkey_request_options></notification>

    /// <summary>Reads the demand for a passkey: the options of the WebAuthn request as JSON.</summary>
    public static bool TryParsePrologueRequest(Node stanza, [NotNullWhen(true)] out string? optionsJson)
    {
        optionsJson = PairingIq.IsNotification(stanza, "passkey_prologue_request") ? stanza.Child(RequestOptions)?.ContentText : null;
        return optionsJson is not null;
    }

    // <iq to="s.whatsapp.net" type="get" id xmlns="md"><passkey_request_options/></iq>

    /// <summary>Asks for the options of the WebAuthn request.</summary>
    public static Node BuildOptionsQuery(string id) => PairingIq.Get(id, new Node(RequestOptions));

    /// <summary>Reads the options from the answer.</summary>
    public static bool TryParseOptions(Node answer, [NotNullWhen(true)] out string? optionsJson)
    {
        optionsJson = answer["type"] == "result" ? answer.Child(RequestOptions)?.ContentText : null;
        return optionsJson is not null;
    }

    // <iq to="s.whatsapp.net" type="get" id xmlns="md"><ref/></iq>    →    <ref>[text]</ref>

    /// <summary>Asks for a reference.</summary>
    public static Node BuildReferenceQuery(string id) => PairingIq.Get(id, new Node("ref"));

    /// <summary>Reads the reference from the answer.</summary>
    public static bool TryParseReference(Node answer, [NotNullWhen(true)] out string? reference)
    {
        reference = answer["type"] == "result" && answer.Child("ref")?.ContentText is { Length: > 0 } text ? text : null;
        return reference is not null;
    }

    // <iq to="s.whatsapp.net" type="set" id xmlns="md">
    //   <passkey_prologue>
    //     <credential_id>[n B]</credential_id> <webauthn_assertion>[JSON]</webauthn_assertion>
    //     <prologue_payload>[ProloguePayload]</prologue_payload> <pairing_handoff_proof>[32 B]</pairing_handoff_proof>?
    //   </passkey_prologue></iq>

    /// <summary>Sends the assertion of the passkey and the companion's commitment.</summary>
    public static Node BuildPrologue(string id, PasskeyAssertion assertion, byte[] prologue, byte[]? handoffProof)
    {
        List<Node> children =
        [
            new("credential_id", [], assertion.CredentialId.ToArray()),
            new("webauthn_assertion", [], assertion.ResponseJson.ToArray()),
            new("prologue_payload", [], prologue),
        ];
        if (handoffProof is not null)
        {
            children.Add(new Node("pairing_handoff_proof", [], handoffProof));
        }

        return PairingIq.Set(id, new Node("passkey_prologue", [], [.. children]));
    }

    // <notification from="s.whatsapp.net" type="crsc_continuation" id t>
    //   <primary_ephemeral_identity>[PrimaryEphemeralIdentity]</primary_ephemeral_identity></notification>

    /// <summary>Whether the stanza carries the phone's part.</summary>
    public static bool IsContinuation(Node stanza) => PairingIq.IsNotification(stanza, "crsc_continuation");

    /// <summary>Reads the phone's part: an ephemeral key and a nonce, 32 bytes each.</summary>
    public static bool TryParseContinuation(Node stanza, [NotNullWhen(true)] out PrimaryEphemeralIdentity? primary)
    {
        primary = null;
        if (!IsContinuation(stanza) || !stanza.TryGetChild("primary_ephemeral_identity", out var content))
        {
            return false;
        }

        try
        {
            var parsed = PrimaryEphemeralIdentity.Parser.ParseFrom(content.ContentBytes.Span);
            primary = parsed.PublicKey.Length == X25519.KeySize && parsed.Nonce.Length == PasskeyKeys.NonceSize ? parsed : null;
        }
        catch (InvalidProtocolBufferException)
        {
            primary = null;
        }

        return primary is not null;
    }

    // <iq to="s.whatsapp.net" type="set" id xmlns="md"><companion_nonce>[32 B]</companion_nonce></iq>

    /// <summary>Shows the nonce that the companion had committed to.</summary>
    public static Node BuildCompanionNonce(string id, ReadOnlySpan<byte> nonce) =>
        PairingIq.Set(id, new Node("companion_nonce", [], nonce.ToArray()));

    // <iq to="s.whatsapp.net" type="set" id xmlns="md"><encrypted_pairing_request>[EncryptedPairingRequest]</…></iq>

    /// <summary>Sends the companion's keys, encrypted.</summary>
    public static Node BuildEncryptedRequest(string id, byte[] request) =>
        PairingIq.Set(id, new Node("encrypted_pairing_request", [], request));
}
