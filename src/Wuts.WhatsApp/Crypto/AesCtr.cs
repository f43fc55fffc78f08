using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.Crypto;

/// <summary>AES in counter mode (NIST SP 800-38A section 6.5), which the base library lacks. Encryption and decryption are the same.</summary>
internal static class AesCtr
{
    /// <summary>Length of the counter block in bytes.</summary>
    public const int BlockSize = 16;

    private const int ChunkSize = 64 * BlockSize;

    /// <summary>
    /// Combines the input with the key stream. The whole counter block is one 128-bit big-endian counter that wraps around.
    /// </summary>
    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="counterBlock">16 bytes: the first counter value.</param>
    /// <param name="input">Any number of bytes.</param>
    /// <param name="output">Receives as many bytes as the input has; may be the input itself.</param>
    /// <exception cref="ArgumentException">The counter block has a wrong length or the output is too short.</exception>
    /// <exception cref="CryptographicException">The key has a wrong length.</exception>
    public static void Transform(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counterBlock, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (counterBlock.Length != BlockSize)
        {
            throw new ArgumentException("A counter block has 16 bytes.", nameof(counterBlock));
        }

        if (output.Length < input.Length)
        {
            throw new ArgumentException("The output is shorter than the input.", nameof(output));
        }

        using var aes = Aes.Create();
        aes.SetKey(key);
        var counter = BinaryPrimitives.ReadUInt128BigEndian(counterBlock);
        Span<byte> stream = stackalloc byte[ChunkSize];
        for (var done = 0; done < input.Length; done += ChunkSize)
        {
            var chunk = input[done..Math.Min(done + ChunkSize, input.Length)];
            var blocks = stream[..((chunk.Length + BlockSize - 1) / BlockSize * BlockSize)];
            for (var i = 0; i < blocks.Length; i += BlockSize)
            {
                BinaryPrimitives.WriteUInt128BigEndian(blocks[i..], counter++);
            }

            aes.EncryptEcb(blocks, blocks, PaddingMode.None);
            for (var i = 0; i < chunk.Length; i++)
            {
                output[done + i] = (byte)(chunk[i] ^ blocks[i]);
            }
        }

        Secrets.Clear(stream);
    }
}
