using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Tests.Crypto;

public class Sha256LanesTests
{
    private const int BlockSize = 64;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(55)]
    [InlineData(64)]
    [InlineData(200)]
    public void Every_lane_hashes_its_own_message_as_the_base_library_does(int length)
    {
        var random = new Random(length);
        var messages = Enumerable.Range(0, Sha256Lanes.Count).Select(_ => RandomBytes(random, length)).ToArray();
        var padded = messages.Select(Pad).ToArray();
        var state = new Vector256<uint>[Sha256Lanes.StateWords];
        Sha256Lanes.Start(state);
        for (var at = 0; at < padded[0].Length; at += BlockSize)
        {
            var block = Enumerable.Range(0, Sha256Lanes.BlockWords).Select(word => Vector256.Create<uint>(
                [.. padded.Select(message => BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(at + (word * sizeof(uint)))))]));
            Sha256Lanes.Compress(state, block.ToArray());
        }

        for (var lane = 0; lane < messages.Length; lane++)
        {
            var digest = new byte[SHA256.HashSizeInBytes];
            for (var word = 0; word < state.Length; word++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(word * sizeof(uint)), state[word][lane]);
            }

            Assert.Equal(SHA256.HashData(messages[lane]), digest);
        }
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Pad(byte[] message)
    {
        var padded = new byte[(message.Length + sizeof(ulong) + BlockSize) / BlockSize * BlockSize];
        message.CopyTo(padded, 0);
        padded[message.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - sizeof(ulong)), (ulong)message.Length * 8);
        return padded;
    }
}
