using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Tests.Noise;

public class NoiseTransportTests
{
    private static readonly byte[] KeyA = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] KeyB = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    [Fact]
    public void Frames_open_in_the_order_in_which_they_were_sealed()
    {
        using var sender = new NoiseTransport(KeyA, KeyB);
        using var receiver = new NoiseTransport(KeyB, KeyA);

        foreach (var length in new[] { 1, 0, 65536, 17 })
        {
            var plaintext = new byte[length];
            Random.Shared.NextBytes(plaintext);
            var sealedFrame = new byte[NoiseTransport.SealedSize(length)];
            Assert.Equal(sealedFrame.Length, sender.Seal(plaintext, sealedFrame));
            var opened = new byte[NoiseTransport.OpenedSize(sealedFrame.Length)];
            Assert.Equal(length, receiver.Open(sealedFrame, opened));
            Assert.Equal(plaintext, opened);
        }
    }

    [Fact]
    public void Frames_are_sealed_and_opened_in_place()
    {
        using var sender = new NoiseTransport(KeyA, KeyB);
        using var receiver = new NoiseTransport(KeyB, KeyA);
        var buffer = new byte[NoiseTransport.SealedSize(100)];
        buffer.AsSpan(0, 100).Fill(7);

        sender.Seal(buffer.AsSpan(0, 100), buffer);
        Assert.NotEqual(7, buffer[0]);
        receiver.Open(buffer, buffer);

        Assert.Equal(-1, buffer.AsSpan(0, 100).IndexOfAnyExcept((byte)7));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void Frame_shorter_than_a_tag_is_refused(int length)
    {
        using var receiver = new NoiseTransport(KeyB, KeyA);

        var thrown = Assert.Throws<FrameDecryptionException>(() => receiver.Open(new byte[length], new byte[16]));

        Assert.True(thrown.IsTransient);
    }

    [Fact]
    public void Altered_frame_is_refused()
    {
        using var sender = new NoiseTransport(KeyA, KeyB);
        using var receiver = new NoiseTransport(KeyB, KeyA);
        var sealedFrame = new byte[20];
        sender.Seal(new byte[4], sealedFrame);
        sealedFrame[0] ^= 0x80;

        Assert.Throws<FrameDecryptionException>(() => receiver.Open(sealedFrame, new byte[4]));
    }

    [Fact]
    public void Repeated_or_reordered_frame_is_refused()
    {
        using var sender = new NoiseTransport(KeyA, KeyB);
        using var receiver = new NoiseTransport(KeyB, KeyA);
        var (first, second) = (new byte[17], new byte[17]);
        sender.Seal([1], first);
        sender.Seal([2], second);
        receiver.Open(first, new byte[1]);

        Assert.Throws<FrameDecryptionException>(() => receiver.Open(first, new byte[1]));

        using var late = new NoiseTransport(KeyB, KeyA);
        Assert.Throws<FrameDecryptionException>(() => late.Open(second, new byte[1]));
    }

    [Fact]
    public void Sealing_and_opening_allocate_nothing()
    {
        using var sender = new NoiseTransport(KeyA, KeyB);
        using var receiver = new NoiseTransport(KeyB, KeyA);
        var (plaintext, sealedFrame) = (new byte[200], new byte[216]);
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            sender.Seal(plaintext, sealedFrame);
            receiver.Open(sealedFrame, plaintext);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var frame = 0; frame < 100; frame++)
        {
            sender.Seal(plaintext, sealedFrame);
            receiver.Open(sealedFrame, plaintext);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Disposed_transport_cannot_be_used()
    {
        var transport = new NoiseTransport(KeyA, KeyB);
        transport.Dispose();

        Assert.Throws<ObjectDisposedException>(() => transport.Seal(new byte[1], new byte[17]));
        Assert.Throws<ObjectDisposedException>(() => transport.Open(new byte[17], new byte[1]));
    }
}
