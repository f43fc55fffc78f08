using System.Buffers.Binary;
using System.Security.Cryptography;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>What the server says about the keys it has of this device.</summary>
internal abstract record PreKeyDigestOutcome
{
    /// <summary>It has keys; compare them.</summary>
    public sealed record Found(PreKeyDigest Digest) : PreKeyDigestOutcome;

    /// <summary>It has none: upload.</summary>
    public sealed record NotUploaded : PreKeyDigestOutcome;
}

/// <summary>
/// A summary of the keys that the server has of this device, to find out whether they are still the ones that the device has.
/// Protocol section 9.6.
/// </summary>
internal sealed class PreKeyDigest
{
    private const int NotFound = 404;

    private readonly uint _registrationId;
    private readonly uint _signedPreKeyId;
    private readonly byte[] _hash;

    private PreKeyDigest(uint registrationId, uint signedPreKeyId, IReadOnlyList<uint> oneTimeIds, byte[] hash)
    {
        _registrationId = registrationId;
        _signedPreKeyId = signedPreKeyId;
        _hash = hash;
        OneTimeIds = oneTimeIds;
    }

    /// <summary>Ids of the one-time pre-keys that the server has, in the order in which they are hashed.</summary>
    public IReadOnlyList<uint> OneTimeIds { get; }

    // <iq xmlns="encrypt" type="get" to="s.whatsapp.net" id><digest/></iq>
    // → <digest><registration>[4]</registration><type>[1]</type><identity>[32]</identity>
    //     <skey><id/><value/><signature/></skey><list><id>[3]</id>…</list><hash>[20]</hash></digest>

    /// <summary>Builds the query.</summary>
    public static Node Build(string id) => PreKeyNodes.Request(id, "get", new Node("digest"));

    /// <summary>Reads the answer.</summary>
    /// <exception cref="QueryRefusedException">The server refused for another reason than that it has no keys.</exception>
    /// <exception cref="UnexpectedAnswerException">The answer is malformed.</exception>
    public static PreKeyDigestOutcome Parse(Node answer)
    {
        if (Iq.IsError(answer, out var error) && error.Code == NotFound)
        {
            return new PreKeyDigestOutcome.NotUploaded();
        }

        Iq.ThrowIfError(answer, PreKeyNodes.Namespace);
        var body = answer.Child("digest");
        var registration = PreKeyNodes.Content(body, "registration");
        var hash = PreKeyNodes.Content(body, "hash");
        if (body is null || registration.Length != sizeof(uint) || hash.Length != SHA1.HashSizeInBytes
            || !PreKeyNodes.Content(body, "type").SequenceEqual([PublicKeys.Type])
            || !PreKeyIds.TryRead(PreKeyNodes.Content(body.Child("skey"), "id"), out var signedPreKeyId)
            || !TryReadIds(body.Child("list"), out var ids))
        {
            throw new UnexpectedAnswerException(PreKeyNodes.Namespace, "the digest is malformed");
        }

        return new PreKeyDigestOutcome.Found(
            new PreKeyDigest(BinaryPrimitives.ReadUInt32BigEndian(registration), signedPreKeyId, ids, hash.ToArray()));
    }

    /// <summary>Whether the server has the keys of this device and no others.</summary>
    /// <param name="registrationId">Own registration id.</param>
    /// <param name="identity">Own identity key.</param>
    /// <param name="signedPreKey">Own signed pre-key.</param>
    /// <param name="oneTime">Own one-time pre-keys; it may have more than the server.</param>
    public bool Matches(uint registrationId, KeyPair identity, SignedPreKey signedPreKey, IReadOnlyDictionary<uint, PreKey> oneTime)
    {
        if (_registrationId != registrationId || _signedPreKeyId != signedPreKey.Id)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(identity.PublicKey);
        hash.AppendData(signedPreKey.KeyPair.PublicKey);
        hash.AppendData(signedPreKey.Signature.Span);
        foreach (var id in OneTimeIds)
        {
            if (!oneTime.TryGetValue(id, out var key))
            {
                return false;
            }

            hash.AppendData(key.KeyPair.PublicKey);
        }

        return hash.GetHashAndReset().AsSpan().SequenceEqual(_hash);
    }

    private static bool TryReadIds(Node? list, out IReadOnlyList<uint> ids)
    {
        var children = list is null ? default : list.Children;
        var read = new uint[children.Length];
        ids = read;
        for (var i = 0; i < read.Length; i++)
        {
            if (!PreKeyIds.TryRead(children[i].ContentBytes.Span, out read[i]))
            {
                return false;
            }
        }

        return list is not null;
    }
}
