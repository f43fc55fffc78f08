using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>Puts public keys onto the server, where others find them. Protocol sections 9.2 and 9.5.</summary>
internal static class PreKeyUpload
{
    /// <summary>How many one-time pre-keys the first upload has.</summary>
    public const int FirstCount = 812;

    /// <summary>Below how many one-time pre-keys on the server more are uploaded.</summary>
    public const int LowMark = 5;

    // <iq xmlns="encrypt" type="set" to="s.whatsapp.net" id>
    //   <registration>[4 B]</registration> <type>[05]</type> <identity>[32 B]</identity>
    //   <list><key><id>[3 B]</id><value>[32 B]</value></key> … </list>
    //   <skey><id>[3 B]</id><value>[32 B]</value><signature>[64 B]</signature></skey>
    // </iq>                                                       →    empty result

    /// <summary>Builds an upload. All private halves must be stored before it is sent.</summary>
    public static Node Build(
        string id, uint registrationId, ReadOnlySpan<byte> identityKey, SignedPreKey signedPreKey, IReadOnlyList<PreKey> oneTime)
    {
        var keys = new Node[oneTime.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = PreKeyNodes.OneTime(oneTime[i]);
        }

        return PreKeyNodes.Request(
            id,
            "set",
            PreKeyNodes.Registration(registrationId),
            PreKeyNodes.Type(),
            PreKeyNodes.Identity(identityKey),
            new Node("list", [], keys),
            PreKeyNodes.Signed(signedPreKey));
    }

    // <iq xmlns="encrypt" type="set" to="s.whatsapp.net" id><rotate><skey>…</skey></rotate></iq>    →    empty result

    /// <summary>Builds the exchange of the signed pre-key for the next one. Keep the one before: messages may still use it.</summary>
    public static Node BuildRotation(string id, SignedPreKey next) =>
        PreKeyNodes.Request(id, "set", new Node("rotate", [], [PreKeyNodes.Signed(next)]));

    /// <summary>Reads the answer to either.</summary>
    /// <exception cref="QueryRefusedException">The server refused; a rotation may be tried again later.</exception>
    public static void ParseResult(Node answer) => Iq.ThrowIfError(answer, PreKeyNodes.Namespace);
}
