using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Damages one frame after the other, in the ways that hit a format of tags and lengths.</summary>
internal sealed class FrameMutator(byte[][] seeds, Random random)
{
    private readonly byte[][] _compressed =
        [.. seeds.Where(frame => frame.Length > 0).Take(100).Select(frame => Compressed.Wrap(frame))];

    /// <summary>The next damaged frame.</summary>
    public byte[] Next()
    {
        // Inflating is slow, so it gets its share and no more.
        if (random.Next(32) == 0)
        {
            return Mutate(_compressed[random.Next(_compressed.Length)]);
        }

        var frame = Mutate(seeds[random.Next(seeds.Length)]);
        while (random.Next(3) == 0)
        {
            frame = Mutate(frame);
        }

        return frame.Length > 0 && random.Next(128) == 0 ? Compressed.Wrap(frame) : frame;
    }

    private byte[] Mutate(byte[] frame)
    {
        if (frame.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        var at = random.Next(frame.Length);
        switch (random.Next(9))
        {
            case 0:
                return With(frame, at, (byte)(frame[at] ^ (1 << random.Next(8))));
            case 1:
                return With(frame, at, (byte)random.Next(256));
            case 2:
                return With(frame, at, Tag());
            case 3:
                return frame[..at];
            case 4:
                return [.. frame.AsSpan(0, at), (byte)random.Next(256), .. frame.AsSpan(at)];
            case 5:
                return [.. frame.AsSpan(0, at), Tag(), (byte)random.Next(4), .. frame.AsSpan(at)];
            case 6:
                var end = Math.Min(frame.Length, at + 1 + random.Next(8));
                return random.Next(2) == 0
                    ? [.. frame.AsSpan(0, at), .. frame.AsSpan(end)]
                    : [.. frame.AsSpan(0, end), .. frame.AsSpan(at)];
            case 7:
                var other = seeds[random.Next(seeds.Length)];
                return [.. frame.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length))];
            default:
                return EditLength(frame, at);
        }
    }

    /// <summary>Changes the byte behind the next tag that has a length, by one or to an extreme.</summary>
    private byte[] EditLength(byte[] frame, int from)
    {
        for (var i = from; i + 1 < frame.Length; i++)
        {
            if (frame[i] is >= WireTag.List8 and not WireTag.JidPair)
            {
                var length = random.Next(4) switch
                {
                    0 => frame[i + 1] + 1,
                    1 => frame[i + 1] - 1,
                    2 => 0,
                    _ => 255,
                };
                return With(frame, i + 1, (byte)length);
            }
        }

        return With(frame, from, Tag());
    }

    private byte Tag() => (byte)(random.Next(8) == 0 ? 0 : random.Next(WireTag.Dictionary0, 256));

    private static byte[] With(byte[] frame, int at, byte value)
    {
        var copy = (byte[])frame.Clone();
        copy[at] = value;
        return copy;
    }
}
