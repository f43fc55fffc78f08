using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.Noise;

/// <summary>
/// Seals and opens the frames after the handshake: AES-256-GCM, one key and one counter per direction, no associated data.
/// Protocol section 2.5.
/// </summary>
/// <remarks>
/// Neither direction allocates. One thread may seal while another opens; within a direction calls must not overlap, and
/// sealed frames must reach the wire in the order in which they were sealed, because the counter is implicit.
/// </remarks>
internal sealed class NoiseTransport : IDisposable
{
    private readonly AesGcm _send;
    private readonly AesGcm _receive;
    private uint _sent;
    private uint _received;

    /// <summary>Starts both counters at zero. The keys are copied.</summary>
    public NoiseTransport(ReadOnlySpan<byte> sendKey, ReadOnlySpan<byte> receiveKey)
    {
        _send = new AesGcm(sendKey, NoiseProtocol.TagSize);
        _receive = new AesGcm(receiveKey, NoiseProtocol.TagSize);
    }

    /// <summary>Length of a sealed frame for a plaintext of the given length.</summary>
    public static int SealedSize(int plaintextLength) => plaintextLength + NoiseProtocol.TagSize;

    /// <summary>Length of the plaintext in a sealed frame of the given length; negative when the frame is too short to be one.</summary>
    public static int OpenedSize(int sealedLength) => sealedLength - NoiseProtocol.TagSize;

    /// <summary>Encrypts the next outgoing frame.</summary>
    /// <param name="plaintext">The node with its format byte.</param>
    /// <param name="destination">
    /// At least <see cref="SealedSize"/> bytes. It may start at the same place as <paramref name="plaintext"/>, but must not
    /// overlap it in any other way.
    /// </param>
    /// <returns>Number of bytes written.</returns>
    public int Seal(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        var size = SealedSize(plaintext.Length);
        destination = destination[..size];
        Span<byte> nonce = stackalloc byte[NoiseProtocol.NonceSize];
        SetNonce(nonce, ref _sent);
        _send.Encrypt(nonce, plaintext, destination[..plaintext.Length], destination[plaintext.Length..]);
        return size;
    }

    /// <summary>Decrypts the next incoming frame.</summary>
    /// <param name="sealedFrame">The payload of one frame, without its length prefix.</param>
    /// <param name="destination">
    /// At least <see cref="OpenedSize"/> bytes. It may start at the same place as <paramref name="sealedFrame"/>, but must not
    /// overlap it in any other way.
    /// </param>
    /// <returns>Number of bytes written.</returns>
    /// <exception cref="FrameDecryptionException">The frame is not authentic: close the connection.</exception>
    public int Open(ReadOnlySpan<byte> sealedFrame, Span<byte> destination)
    {
        var size = OpenedSize(sealedFrame.Length);
        if (size < 0)
        {
            ThrowNotAuthentic(null);
        }

        Span<byte> nonce = stackalloc byte[NoiseProtocol.NonceSize];
        SetNonce(nonce, ref _received);
        try
        {
            _receive.Decrypt(nonce, sealedFrame[..size], sealedFrame[size..], destination[..size]);
        }
        catch (AuthenticationTagMismatchException e)
        {
            ThrowNotAuthentic(e);
        }

        return size;
    }

    /// <summary>Releases the ciphers and the keys in them.</summary>
    public void Dispose()
    {
        _send.Dispose();
        _receive.Dispose();
    }

    private static void SetNonce(Span<byte> nonce, ref uint counter)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], counter);

        // A nonce must never repeat under one key. At one frame per millisecond this takes seven weeks.
        counter = checked(counter + 1);
    }

    [DoesNotReturn]
    private static void ThrowNotAuthentic(Exception? cause) => throw new FrameDecryptionException(cause);
}
