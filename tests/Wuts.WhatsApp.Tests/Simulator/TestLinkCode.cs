using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>The client's side of pairing by code, with every part open to be spoiled.</summary>
internal sealed class TestLinkCode(TestDevice device, string code)
{
    public KeyPair Ephemeral { get; } = KeyPair.Generate();

    public string Phone { get; set; } = "";

    public string Display { get; set; } = "Chrome (Linux)";

    public string PlatformId { get; set; } = "1";

    public byte[]? NoiseKey { get; set; }

    public byte[]? Wrapped { get; set; }

    public byte[]? Identity { get; set; }

    public byte[]? Reference { get; set; }

    public Node Hello() => new("link_code_companion_reg",
        [("jid", new Jid(Phone, JidServers.User)), ("stage", "companion_hello"), ("should_show_push_notification", "true")],
        [
            new Node("link_code_pairing_wrapped_companion_ephemeral_pub", [], Wrapped ?? Wrap(Ephemeral.PublicKey)),
            new Node("companion_server_auth_key_pub", [], NoiseKey ?? device.Noise.PublicKey.ToArray()),
            new Node("companion_platform_id", [], Encoding.ASCII.GetBytes(PlatformId)),
            new Node("companion_platform_display", [], Encoding.ASCII.GetBytes(Display)),
            new Node("link_code_pairing_nonce", [], [0]),
        ]);

    /// <summary>Answers primary_hello; the device's ADV secret is the derived one afterwards.</summary>
    public Node Finish(Node primaryHello)
    {
        var hello = primaryHello.Child("link_code_companion_reg")!;
        var wrapped = hello.Child("link_code_pairing_wrapped_primary_ephemeral_pub")!.ContentBytes.ToArray();
        var primaryIdentity = hello.Child("primary_identity_pub")!.ContentBytes.ToArray();
        var primaryEphemeral = new byte[32];
        AesCtr.Transform(Key(wrapped[..32]), wrapped.AsSpan(32, 16), wrapped.AsSpan(48), primaryEphemeral);
        var shared = X25519.Agree(Ephemeral.PrivateKey, primaryEphemeral);
        var random = RandomNumberGenerator.GetBytes(32);
        byte[] plain = [.. device.Identity.PublicKey, .. primaryIdentity, .. random];
        var salt = RandomNumberGenerator.GetBytes(32);
        var nonce = RandomNumberGenerator.GetBytes(12);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, salt, "link_code_pairing_key_bundle_encryption_key"u8.ToArray());
        var bundle = new byte[plain.Length + 16];
        using (var gcm = new AesGcm(key, 16))
        {
            gcm.Encrypt(nonce, plain, bundle.AsSpan(0, plain.Length), bundle.AsSpan(plain.Length));
        }

        device.AdvSecret = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            [.. shared, .. X25519.Agree(device.Identity.PrivateKey, primaryIdentity), .. random],
            32,
            info: "adv_secret"u8.ToArray());
        return new Node("link_code_companion_reg",
            [("jid", new Jid(Phone, JidServers.User)), ("stage", "companion_finish")],
            [
                new Node("link_code_pairing_wrapped_key_bundle", [], [.. salt, .. nonce, .. bundle]),
                new Node("companion_identity_public", [], Identity ?? device.Identity.PublicKey.ToArray()),
                new Node("link_code_pairing_ref", [], Reference ?? hello.Child("link_code_pairing_ref")!.ContentBytes.ToArray()),
            ]);
    }

    private byte[] Wrap(ReadOnlySpan<byte> publicKey)
    {
        var wrapped = RandomNumberGenerator.GetBytes(80);
        AesCtr.Transform(Key(wrapped[..32]), wrapped.AsSpan(32, 16), publicKey, wrapped.AsSpan(48));
        return wrapped;
    }

    private byte[] Key(byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(code), salt, 131072, HashAlgorithmName.SHA256, 32);
}
