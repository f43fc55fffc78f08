using System.Buffers.Binary;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>The elements that the pre-key stanzas share. Keys are bare; the type byte has an element of its own.</summary>
internal static class PreKeyNodes
{
    public const string Namespace = "encrypt";

    // <registration>[4 B]</registration>
    public static Node Registration(uint registrationId)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, registrationId);
        return new Node("registration", [], bytes);
    }

    // <type>[05]</type>
    public static Node Type() => new("type", [], [PublicKeys.Type]);

    // <identity>[32 B]</identity>
    public static Node Identity(ReadOnlySpan<byte> publicKey) => new("identity", [], publicKey.ToArray());

    // <key><id>[3 B]</id><value>[32 B]</value></key>
    public static Node OneTime(PreKey key) => new("key", [], [Id(key.Id), Value(key.KeyPair.PublicKey)]);

    // <skey><id>[3 B]</id><value>[32 B]</value><signature>[64 B]</signature></skey>
    public static Node Signed(SignedPreKey key) =>
        new("skey", [], [Id(key.Id), Value(key.KeyPair.PublicKey), new Node("signature", [], key.Signature.ToArray())]);

    // <iq xmlns="encrypt" type="get|set" to="s.whatsapp.net" id> … </iq>
    public static Node Request(string id, string type, params ReadOnlySpan<Node> children) =>
        new("iq", [("xmlns", Namespace), ("type", type), ("to", Jid.WhatsApp), ("id", id)], children);

    public static ReadOnlySpan<byte> Content(Node? parent, string tag) => (parent?.Child(tag)?.ContentBytes ?? default).Span;

    private static Node Id(uint id) => new("id", [], PreKeyIds.ToBytes(id));

    private static Node Value(ReadOnlySpan<byte> publicKey) => new("value", [], publicKey.ToArray());
}
