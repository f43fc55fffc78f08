using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// Pre-key bundles as they stand in stanzas: bare keys, the type byte in a node of its own, ids of 3 bytes. Sync sections 1.11
/// and 1.13.
/// </summary>
internal static class BundleNodes
{
    // <type>05</type> <identity/> <key><id/><value/></key>? <skey><id/><value/><signature/></skey> <device-identity/>?

    /// <summary>The children that describe the own keys, without the registration id.</summary>
    /// <param name="identity">Own identity key.</param>
    /// <param name="signedPreKey">Own signed pre-key.</param>
    /// <param name="preKey">A one-time pre-key, or <see langword="null"/> to give none.</param>
    /// <param name="deviceIdentity">Own signed device identity; empty for a phone.</param>
    public static Node[] Write(
        ReadOnlySpan<byte> identity, SignedPreKey signedPreKey, PreKey? preKey, ReadOnlyMemory<byte> deviceIdentity)
    {
        List<Node> nodes = [PreKeyNodes.Type(), PreKeyNodes.Identity(identity)];
        if (preKey is not null)
        {
            nodes.Add(PreKeyNodes.OneTime(preKey));
        }

        nodes.Add(PreKeyNodes.Signed(signedPreKey));
        if (!deviceIdentity.IsEmpty)
        {
            nodes.Add(new Node("device-identity", [], deviceIdentity.ToArray()));
        }

        return [.. nodes];
    }

    /// <summary>Reads a registration id. <see langword="false"/> when it is not there or has another length.</summary>
    public static bool TryReadRegistrationId(Node parent, out uint id)
    {
        var bytes = PreKeyNodes.Content(parent, "registration");
        id = bytes.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
        return bytes.Length == sizeof(uint);
    }

    /// <summary>Reads the children of a node as a bundle. <see langword="false"/> when something is missing or malformed.</summary>
    /// <param name="parent">The node.</param>
    /// <param name="registrationId">Registration id of the device, which stands elsewhere in some stanzas.</param>
    /// <param name="bundle">The bundle; its signature has not been checked.</param>
    public static bool TryRead(Node parent, uint registrationId, [NotNullWhen(true)] out PreKeyBundle? bundle)
    {
        bundle = null;
        var identity = PreKeyNodes.Content(parent, "identity");
        var signed = parent.Child("skey");
        var signature = PreKeyNodes.Content(signed, "signature");
        if (!PreKeyNodes.Content(parent, "type").SequenceEqual([PublicKeys.Type])
            || identity.Length != X25519.KeySize
            || signature.Length != XEdDsa.SignatureSize
            || !TryReadKey(signed, out var signedPreKey))
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
            DeviceIdentity = parent.TryGetChild("device-identity", out var signedIdentity) ? signedIdentity.ContentBytes.ToArray() : null,
        };
        return true;
    }

    private static bool TryReadKey(Node? node, [NotNullWhen(true)] out RemotePreKey? key)
    {
        var value = PreKeyNodes.Content(node, "value");
        key = PreKeyIds.TryRead(PreKeyNodes.Content(node, "id"), out var id) && value.Length == X25519.KeySize
            ? new RemotePreKey(id, value.ToArray())
            : null;
        return key is not null;
    }
}
