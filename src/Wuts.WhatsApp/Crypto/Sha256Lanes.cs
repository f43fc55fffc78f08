using System.Runtime.Intrinsics;

namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4 section 6.2.2) for eight messages at a time, one in each lane of a vector.
/// </summary>
/// <remarks>
/// The base library hashes one message per call, and for messages of one block the call costs more than the hash. Time and
/// memory access depend on no input.
/// </remarks>
internal static class Sha256Lanes
{
    /// <summary>Number of messages.</summary>
    public const int Count = 8;

    /// <summary>Words of a state.</summary>
    public const int StateWords = 8;

    /// <summary>Words of a block.</summary>
    public const int BlockWords = 16;

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static ReadOnlySpan<uint> InitialState =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Whether this processor works on eight lanes at once; without, everything here is right but slow.</summary>
    public static bool IsFast => Vector256.IsHardwareAccelerated;

    /// <summary>Writes the state that every hash starts from.</summary>
    public static void Start(Span<Vector256<uint>> state)
    {
        for (var i = 0; i < StateWords; i++)
        {
            state[i] = Vector256.Create(InitialState[i]);
        }
    }

    /// <summary>Works one block of each message into its state.</summary>
    /// <param name="state">8 words.</param>
    /// <param name="block">16 words, in host byte order; they are overwritten.</param>
    public static void Compress(Span<Vector256<uint>> state, Span<Vector256<uint>> block)
    {
        block = block[..BlockWords];
        state = state[..StateWords];
        Vector256<uint> a = state[0], b = state[1], c = state[2], d = state[3];
        Vector256<uint> e = state[4], f = state[5], g = state[6], h = state[7];
        for (var t = 0; t < RoundConstants.Length; t++)
        {
            var word = block[t & 15];
            if (t >= BlockWords)
            {
                var near = block[(t - 2) & 15];
                var far = block[(t - 15) & 15];
                var low = Rotate(far, 7) ^ Rotate(far, 18) ^ (far >>> 3);
                var high = Rotate(near, 17) ^ Rotate(near, 19) ^ (near >>> 10);
                word += low + block[(t - 7) & 15] + high;
                block[t & 15] = word;
            }

            var choice = g ^ (e & (f ^ g));
            var first = h + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + choice + word + Vector256.Create(RoundConstants[t]);
            var majority = (a & b) | (c & (a | b));
            var second = (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + majority;
            (h, g, f, e) = (g, f, e, d + first);
            (d, c, b, a) = (c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static Vector256<uint> Rotate(Vector256<uint> word, int bits) => (word >>> bits) | (word << (32 - bits));
}
