using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Noise;

/// <summary>
/// The symmetric state of a handshake: running hash, chaining key, cipher key and nonce counter. Both roles drive one of
/// these through the same sequence of operations. Not thread-safe. Protocol section 2.1.
/// </summary>
internal sealed class NoiseState : IDisposable
{
    private readonly byte[] _hash = new byte[NoiseProtocol.KeySize];
    private readonly byte[] _chainingKey = new byte[NoiseProtocol.KeySize];
    private readonly byte[] _key = new byte[NoiseProtocol.KeySize];
    private AesGcm? _cipher;
    private uint _counter;

    /// <summary>Starts with the name of a handshake: padded with zeros to 32 bytes, or hashed when it is longer.</summary>
    public NoiseState(string protocolName)
    {
        var name = Encoding.ASCII.GetBytes(protocolName);
        if (name.Length <= _hash.Length)
        {
            name.CopyTo(_hash, 0);
        }
        else
        {
            SHA256.HashData(name, _hash);
        }

        _hash.CopyTo(_chainingKey, 0);
        _hash.CopyTo(_key, 0);
    }

    /// <summary>Hash of everything both sides have seen so far; the associated data of the next ciphertext.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The chaining key. Secret.</summary>
    public ReadOnlySpan<byte> ChainingKey => _chainingKey;

    /// <summary>The current cipher key. Secret.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Nonce counter of the next ciphertext; 0 after each <see cref="MixKey"/>.</summary>
    public uint Counter => _counter;

    /// <summary>Takes public data into the hash.</summary>
    public void MixHash(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_hash);
        hash.AppendData(data);
        hash.GetHashAndReset(_hash);
    }

    /// <summary>Takes a shared secret into the keys.</summary>
    public void MixKey(ReadOnlySpan<byte> sharedSecret)
    {
        Span<byte> output = stackalloc byte[2 * NoiseProtocol.KeySize];
        HkdfSha256.Derive(sharedSecret, salt: _chainingKey, info: default, output);
        output[..NoiseProtocol.KeySize].CopyTo(_chainingKey);
        output[NoiseProtocol.KeySize..].CopyTo(_key);
        CryptographicOperations.ZeroMemory(output);
        _counter = 0;
        _cipher?.Dispose();
        _cipher = null;
    }

    /// <summary>Agrees on a secret with the peer's public key and takes it into the keys.</summary>
    /// <exception cref="HandshakeException">The peer sent a small-order key (<see cref="HandshakeFailure.WeakKey"/>).</exception>
    public void MixAgreement(KeyPair own, ReadOnlySpan<byte> peerPublicKey)
    {
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        if (!X25519.TryAgree(own.PrivateKey, peerPublicKey, secret))
        {
            HandshakeException.Throw(HandshakeFailure.WeakKey);
        }

        MixKey(secret);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Encrypts with the hash as associated data and takes the ciphertext into the hash.</summary>
    /// <returns>The ciphertext with its tag, 16 bytes longer than <paramref name="plaintext"/>.</returns>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext)
    {
        var output = new byte[plaintext.Length + NoiseProtocol.TagSize];
        Span<byte> nonce = stackalloc byte[NoiseProtocol.NonceSize];
        NextNonce(nonce);
        Cipher().Encrypt(nonce, plaintext, output.AsSpan(0, plaintext.Length), output.AsSpan(plaintext.Length), _hash);
        MixHash(output);
        return output;
    }

    /// <summary>Opens what the peer encrypted in the same state, and takes the ciphertext into the hash.</summary>
    /// <exception cref="HandshakeException">
    /// Shorter than a tag (<see cref="HandshakeFailure.MalformedMessage"/>) or not authentic
    /// (<see cref="HandshakeFailure.AuthenticationFailed"/>). The state cannot be used any further.
    /// </exception>
    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext)
    {
        if (ciphertext.Length < NoiseProtocol.TagSize)
        {
            HandshakeException.Throw(HandshakeFailure.MalformedMessage);
        }

        var plaintext = new byte[ciphertext.Length - NoiseProtocol.TagSize];
        Span<byte> nonce = stackalloc byte[NoiseProtocol.NonceSize];
        NextNonce(nonce);
        try
        {
            Cipher().Decrypt(nonce, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], plaintext, _hash);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new HandshakeException(HandshakeFailure.AuthenticationFailed, e);
        }

        MixHash(ciphertext);
        return plaintext;
    }

    /// <summary>Derives the two keys of the transport phase.</summary>
    public void Split(Span<byte> clientToServerKey, Span<byte> serverToClientKey)
    {
        Span<byte> output = stackalloc byte[2 * NoiseProtocol.KeySize];
        HkdfSha256.Derive(inputKey: default, salt: _chainingKey, info: default, output);
        output[..NoiseProtocol.KeySize].CopyTo(clientToServerKey);
        output[NoiseProtocol.KeySize..].CopyTo(serverToClientKey);
        CryptographicOperations.ZeroMemory(output);
    }

    /// <summary>Ends the handshake on the client's side.</summary>
    public NoiseTransport SplitForClient() => Split(isClient: true);

    /// <summary>Ends the handshake on the server's side.</summary>
    public NoiseTransport SplitForServer() => Split(isClient: false);

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        _cipher?.Dispose();
        _cipher = null;
        CryptographicOperations.ZeroMemory(_chainingKey);
        CryptographicOperations.ZeroMemory(_key);
    }

    private NoiseTransport Split(bool isClient)
    {
        Span<byte> clientToServer = stackalloc byte[NoiseProtocol.KeySize];
        Span<byte> serverToClient = stackalloc byte[NoiseProtocol.KeySize];
        Split(clientToServer, serverToClient);
        var transport = isClient ? new NoiseTransport(clientToServer, serverToClient) : new NoiseTransport(serverToClient, clientToServer);
        CryptographicOperations.ZeroMemory(clientToServer);
        CryptographicOperations.ZeroMemory(serverToClient);
        return transport;
    }

    // The cipher is made on first use: most keys of a handshake only carry one ciphertext, some none.
    private AesGcm Cipher() => _cipher ??= new AesGcm(_key, NoiseProtocol.TagSize);

    private void NextNonce(Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], _counter++);
    }
}
