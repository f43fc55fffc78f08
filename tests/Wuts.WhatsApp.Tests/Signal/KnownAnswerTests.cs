using System.Security.Cryptography;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>Known answers of the reference implementation's own tests. Sync section 1.7.</summary>
public class KnownAnswerTests
{
    [Fact]
    public void Every_known_answer_is_reproduced()
    {
        foreach (var vector in VectorFile.Open("signal-kat.json").GetProperty("cases").EnumerateArray())
        {
            Action<JsonElement> check = vector.TextOf("name") switch
            {
                "x25519-agreement" => Agreement,
                "xeddsa-verify" => Signature,
                "hkdf-sha256" or "hkdf-sha256-long" => KeyDerivation,
                "chain-key-v3" => ChainStep,
                "session-init-receiver-no-one-time-prekey" => Responder,
                "session-init-sender-no-one-time-prekey" => Initiator,
                var name => throw new InvalidOperationException($"No test for the case {name}."),
            };
            check(vector);
        }
    }

    private static void Agreement(JsonElement vector)
    {
        var alice = Pair(vector, "alicePrivate", "alicePublic");
        var bob = Pair(vector, "bobPrivate", "bobPublic");
        Assert.Equal(vector.TextOf("shared"), Hex.Text(X25519.Agree(alice.PrivateKey, bob.PublicKey)));
        Assert.Equal(vector.TextOf("shared"), Hex.Text(X25519.Agree(bob.PrivateKey, alice.PublicKey)));
    }

    private static void Signature(JsonElement vector)
    {
        var identity = Pair(vector, "identityPrivate", "identityPublic");
        var message = vector.HexOf("message");
        var signature = vector.HexOf("signature");
        Assert.True(XEdDsa.Verify(identity.PublicKey, message, signature));
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(XEdDsa.Verify(identity.PublicKey, message, signature));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static void KeyDerivation(JsonElement vector)
    {
        var okm = new byte[vector.HexOf("okm").Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, vector.HexOf("ikm"), okm, vector.HexOf("salt"), vector.HexOf("info"));
        Assert.Equal(vector.TextOf("okm"), Hex.Text(okm));
    }

    private static void ChainStep(JsonElement vector)
    {
        var seed = new byte[ChainKey.Size];
        var next = new ChainKey(vector.HexOf("seed_chain_key"), 0).Step(seed);
        var keys = new MessageKeys(seed, new byte[MessageKeys.Size]);

        Assert.Equal(1u, next.Index);
        Assert.Equal(vector.TextOf("next_chain_key"), Hex.Text(next.Key));
        Assert.Equal(vector.TextOf("cipher_key"), Hex.Text(keys.CipherKey));
        Assert.Equal(vector.TextOf("mac_key"), Hex.Text(keys.MacKey));
        Assert.Equal(vector.TextOf("iv"), Hex.Text(keys.Iv));
    }

    private static void Responder(JsonElement vector)
    {
        Assert.True(X3dh.TryRespond(
            Pair(vector, "our_identity_private", "our_identity_public").PrivateKey,
            Pair(vector, "our_signed_prekey_private", "our_signed_prekey_public").PrivateKey,
            default,
            vector.HexOf("their_identity_public").AsSpan(1),
            vector.HexOf("their_base_public").AsSpan(1),
            out var root,
            out var chain));
        Assert.Equal(vector.TextOf("expected_root"), Hex.Text(root.Key));
        Assert.Equal(vector.TextOf("expected_chain"), Hex.Text(chain.Key));
    }

    /// <summary>
    /// The base key of this case is a scalar that is not clamped: the reference multiplied with it as it stands, and X25519
    /// never does. So the two agreements that need it are made from the other side, whose keys the responder's case has.
    /// </summary>
    private static void Initiator(JsonElement vector)
    {
        Assert.NotEqual(0, vector.HexOf("our_base_private")[0] & 0b111);
        var responder = VectorFile.Open("signal-kat.json").GetProperty("cases").EnumerateArray()
            .Single(other => other.TextOf("name") == "session-init-receiver-no-one-time-prekey");
        var theirIdentity = Pair(responder, "our_identity_private", "our_identity_public");
        var theirSigned = Pair(responder, "our_signed_prekey_private", "our_signed_prekey_public");
        Assert.Equal(vector.TextOf("their_identity_public"), Hex.Text(PublicKeys.ToWire(theirIdentity.PublicKey)));
        Assert.Equal(vector.TextOf("their_signed_prekey_public"), Hex.Text(PublicKeys.ToWire(theirSigned.PublicKey)));

        var ourIdentity = Pair(vector, "our_identity_private", "our_identity_public");
        var ourBase = vector.HexOf("our_base_public").AsSpan(1);
        byte[] secret =
        [
            .. Enumerable.Repeat((byte)0xFF, 32),
            .. X25519.Agree(ourIdentity.PrivateKey, theirSigned.PublicKey),
            .. X25519.Agree(theirIdentity.PrivateKey, ourBase),
            .. X25519.Agree(theirSigned.PrivateKey, ourBase),
        ];
        Assert.Equal(vector.TextOf("expected_chain"), Hex.Text(RootKey.Derive(secret, default, "WhisperText"u8).Chain.Key));
    }

    private static KeyPair Pair(JsonElement vector, string privateName, string publicName)
    {
        var pair = KeyPair.FromPrivateKey(vector.HexOf(privateName));
        Assert.Equal(vector.TextOf(publicName), Hex.Text(PublicKeys.ToWire(pair.PublicKey)));
        return pair;
    }
}
