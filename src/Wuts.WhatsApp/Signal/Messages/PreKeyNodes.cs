using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// Pre-key bundles as they stand in stanzas: bare keys, the type byte in a node of its own, ids of 3 bytes. Sync sections 1.11
/// and 1.13.
/// </summary>
internal static class PreKeyNodes
{
    private const int IdSize = 3;
    private const int RegistrationIdSize = 4;

    // <type>05</type> <identity/> <key><id/><value/></key>? <skey><id/><value/><signature/></skey> <device-identity/>?

    /// <summary>The children that describe a bundle, without the registration id.</summary>
    public static Node[] Write(PreKeyBundle bundle)
    {
        List<Node> nodes = [new("type", [], [PublicKeys.Type]), new("identity", [], bundle.IdentityKey)];
        if (bundle.OneTimePreKey is { } oneTime)
        {
            nodes.Add(new Node("key", [], [Id(oneTime.Id), new("value", [], oneTime.Key)]));
        }

        nodes.Add(new Node(
            "skey",
            [],
            [Id(bundle.SignedPreKeyId), new("value", [], bundle.SignedPreKey), new("signature", [], bundle.SignedPreKeySignature)]));
        if (bundle.DeviceIdentity is { } deviceIdentity)
        {
            nodes.Add(new Node("device-identity", [], deviceIdentity));
        }

        return [.. nodes];
    }

    /// <summary>The node of a registration id.</summary>
    public static Node RegistrationId(uint id)
    {
        var bytes = new byte[RegistrationIdSize];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return new Node("registration", [], bytes);
    }

    /// <summary>Reads a registration id. <see langword="false"/> when it is not there or has another length.</summary>
    public static bool TryReadRegistrationId(Node parent, out uint id)
    {
        var bytes = Content(parent, "registration");
        id = bytes.Length == RegistrationIdSize ? BinaryPrimitives.ReadUInt32BigEndian(bytes.Span) : 0;
        return bytes.Length == RegistrationIdSize;
    }

    /// <summary>Reads the children of a node as a bundle. <see langword="false"/> when something is missing or malformed.</summary>
    /// <param name="parent">The node.</param>
    /// <param name="registrationId">Registration id of the device, which stands elsewhere in some stanzas.</param>
    /// <param name="bundle">The bundle; its signature has not been checked.</param>
    public static bool TryRead(Node parent, uint registrationId, [NotNullWhen(true)] out PreKeyBundle? bundle)
    {
        bundle = null;
        var identity = Content(parent, "identity");
        if (Content(parent, "type") is not { Length: 1 } type
            || type.Span[0] != PublicKeys.Type
            || identity.Length != X25519.KeySize
            || parent.Child("skey") is not { } signed
            || !TryReadKey(signed, out var signedPreKey)
            || Content(signed, "signature") is not { Length: XEdDsa.SignatureSize } signature)
        {
            return false;
        }

        RemotePreKey? oneTime = null;
        if (parent.TryGetChild("key", out var key) && !TryReadKey(key, out oneTime))
        {
            return false;
        }

        bundle = new PreKeyBundle
        {
            RegistrationId = registrationId,
            IdentityKey = identity.ToArray(),
            SignedPreKeyId = signedPreKey.Id,
            SignedPreKey = signedPreKey.Key,
            SignedPreKeySignature = signature.ToArray(),
            OneTimePreKey = oneTime,
            DeviceIdentity = parent.TryGetChild("device-identity", out var adv) ? adv.ContentBytes.ToArray() : null,
        };
        return true;
    }

    private static Node Id(uint id) => new("id", [], [(byte)(id >> 16), (byte)(id >> 8), (byte)id]);

    private static bool TryReadKey(Node node, [NotNullWhen(true)] out RemotePreKey? key)
    {
        var id = Content(node, "id").Span;
        var value = Content(node, "value");
        key = id.Length == IdSize && value.Length == X25519.KeySize
            ? new RemotePreKey((uint)((id[0] << 16) | (id[1] << 8) | id[2]), value.ToArray())
            : null;
        return key is not null;
    }

    private static ReadOnlyMemory<byte> Content(Node parent, string tag) => parent.Child(tag)?.ContentBytes ?? default;
}
