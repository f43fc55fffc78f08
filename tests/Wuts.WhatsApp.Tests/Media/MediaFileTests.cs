using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Media;

namespace Wuts.WhatsApp.Tests.Media;

public class MediaFileTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("media.json");
    private static readonly byte[] MediaKey = Vectors.HexOf("media_key");

    [Fact]
    public void Key_expansion_vectors_hold_for_every_kind()
    {
        var kinds = new List<MediaKind>();
        foreach (var vector in Vectors.GetProperty("expansions").EnumerateArray())
        {
            var kind = Enum.GetValues<MediaKind>().Single(k => Encoding.UTF8.GetString(k.KeyInfo()) == vector.TextOf("info"));
            var keys = new MediaKeys(MediaKey, kind);

            Assert.Equal(vector.TextOf("iv"), Hex.Text(keys.Iv));
            Assert.Equal(vector.TextOf("cipher_key"), Hex.Text(keys.CipherKey));
            Assert.Equal(vector.TextOf("mac_key"), Hex.Text(keys.MacKey));
            Assert.Equal(vector.TextOf("ref_key"), Hex.Text(keys.RefKey));
            Assert.Equal(vector.TextOf("okm112"), Hex.Text([.. keys.Iv, .. keys.CipherKey, .. keys.MacKey, .. keys.RefKey]));
            kinds.Add(kind);
        }

        Assert.Equal(Enum.GetValues<MediaKind>().Order(), kinds.Order());
    }

    [Fact]
    public void Encryption_vectors_hold()
    {
        foreach (var vector in Vectors.GetProperty("files").GetProperty("cases").EnumerateArray())
        {
            var media = MediaFile.Encrypt(vector.HexOf("plain"), MediaKey, MediaKind.AppState);

            Assert.Equal(vector.TextOf("file"), Hex.Text(media.File));
            Assert.Equal(vector.TextOf("file_enc_sha256"), Hex.Text(media.EncryptedHash));
            Assert.Equal(vector.TextOf("file_sha256"), Hex.Text(media.PlainHash));
            Assert.Equal(vector.TextOf("mac10"), Hex.Text(media.File.AsSpan(^MediaFile.MacSize..)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(100_000)]
    public async Task Decryption_vectors_hold_whatever_the_pieces_are(int pieceSize)
    {
        foreach (var vector in Vectors.GetProperty("files").GetProperty("cases").EnumerateArray())
        {
            var (fault, plain) = await ReadAsync(
                vector.HexOf("file"), vector.HexOf("file_enc_sha256"), vector.HexOf("file_sha256"), pieceSize);

            Assert.Null(fault);
            Assert.Equal(vector.TextOf("plain"), Hex.Text(plain));
        }
    }

    [Fact]
    public async Task Negative_vectors_are_refused_also_when_the_hash_of_the_file_is_adapted()
    {
        var original = Vectors.GetProperty("files").GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("plain_length").GetInt32() == 17);
        foreach (var negative in Vectors.GetProperty("files").GetProperty("negative").EnumerateArray())
        {
            var file = negative.HexOf("file");
            var tooShort = negative.TextOf("name") == "too short";

            var (byHash, _) = await ReadAsync(file, original.HexOf("file_enc_sha256"), original.HexOf("file_sha256"));
            var (byMac, _) = await ReadAsync(file, SHA256.HashData(file), original.HexOf("file_sha256"));

            Assert.Equal(tooShort ? MediaFault.TooShort : MediaFault.EncryptedHash, byHash);
            Assert.Equal(tooShort ? MediaFault.TooShort : MediaFault.Mac, byMac);
        }
    }

    [Fact]
    public async Task Content_with_another_hash_is_refused()
    {
        var media = MediaFile.Encrypt("content"u8, MediaKey, MediaKind.AppState);

        var (fault, _) = await ReadAsync(media.File, media.EncryptedHash, SHA256.HashData("other"u8));

        Assert.Equal(MediaFault.PlainHash, fault);
    }

    [Fact]
    public async Task Content_hash_that_the_sender_left_out_is_not_checked()
    {
        var media = MediaFile.Encrypt("content"u8, MediaKey, MediaKind.AppState);

        var (fault, plain) = await ReadAsync(media.File, media.EncryptedHash, []);

        Assert.Null(fault);
        Assert.Equal("content", Encoding.UTF8.GetString(plain));
    }

    [Fact]
    public async Task Authentic_file_with_broken_padding_is_refused()
    {
        // One block of ciphertext that decrypts to anything but padding, under a MAC that is right.
        var keys = new MediaKeys(MediaKey, MediaKind.AppState);
        using var aes = Aes.Create();
        aes.SetKey(keys.CipherKey);
        var ciphertext = aes.EncryptCbc(new byte[16], keys.Iv, PaddingMode.None);
        var mac = HMACSHA256.HashData(keys.MacKey, [.. keys.Iv, .. ciphertext]);
        byte[] file = [.. ciphertext, .. mac.AsSpan(0, MediaFile.MacSize)];

        var (fault, _) = await ReadAsync(file, SHA256.HashData(file), []);

        Assert.Equal(MediaFault.Padding, fault);
    }

    [Fact]
    public async Task Large_file_goes_to_disk_encrypted_and_reads_back_more_than_once()
    {
        var plain = new byte[300_000];
        new Random(3).NextBytes(plain);
        var media = MediaFile.Encrypt(plain, MediaKey, MediaKind.History);
        var folder = Directory.CreateTempSubdirectory("wuts-test-");
        try
        {
            Assert.True(MediaReference.TryCreate("/p", MediaKey, media.EncryptedHash, media.PlainHash, out var reference));
            using var incoming = new IncomingMedia(reference, MediaKind.History, memoryLimit: 100_000, folder.FullName);
            await WriteAsync(incoming, media.File, 30_000);

            Assert.Null(incoming.Complete(out var content));
            using (content)
            {
                Assert.Equal(plain.Length, content!.Length);
                Assert.Equal(plain, ReadAll(content));
                Assert.Equal(plain, ReadAll(content));
            }

            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public async Task Spool_returns_what_was_written_from_memory_and_from_disk(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        foreach (var memoryLimit in (int[])[0, 100_000, int.MaxValue])
        {
            using var spool = new CiphertextSpool(memoryLimit, Path.GetTempPath());
            for (var at = 0; at < size; at += 10_007)
            {
                await spool.WriteAsync(bytes.AsMemory(at, Math.Min(10_007, size - at)), default);
            }

            var read = new byte[size];
            var position = 0;
            int count;
            while ((count = spool.Read(position, read.AsSpan(position, Math.Min(5_000, size - position)))) > 0)
            {
                position += count;
            }

            Assert.Equal(size, position);
            Assert.Equal(bytes, read);
            Assert.Equal(size > memoryLimit, spool.IsOnDisk);
        }
    }

    [Theory]
    [InlineData("/v/t62/file.enc?ccb=1&oh=a", true)]
    [InlineData("/", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("v/t62", false)]
    [InlineData("//elsewhere.example/x", false)]
    [InlineData("@elsewhere.example/x", false)]
    [InlineData("/a b", false)]
    [InlineData("/a\r\nHost: x", false)]
    [InlineData("/a#b", false)]
    [InlineData("/a\\b", false)]
    [InlineData("/ä", false)]
    public void Only_a_path_on_the_media_host_makes_a_reference(string? path, bool valid) =>
        Assert.Equal(valid, MediaReference.TryCreate(path, MediaKey, new byte[32], new byte[32], out _));

    [Theory]
    [InlineData(31, 32, 32, false)]
    [InlineData(32, 31, 32, false)]
    [InlineData(32, 0, 32, false)]
    [InlineData(32, 32, 31, false)]
    [InlineData(32, 32, 0, true)]
    public void Key_and_hashes_must_be_complete(int key, int encryptedHash, int plainHash, bool valid) =>
        Assert.Equal(valid, MediaReference.TryCreate("/p", new byte[key], new byte[encryptedHash], new byte[plainHash], out _));

    [Fact]
    public void Path_longer_than_the_limit_makes_no_reference()
    {
        Assert.True(MediaReference.TryCreate('/' + new string('a', 4095), MediaKey, new byte[32], new byte[32], out _));
        Assert.False(MediaReference.TryCreate('/' + new string('a', 4096), MediaKey, new byte[32], new byte[32], out _));
    }

    private static async Task<(MediaFault? Fault, byte[] Plain)> ReadAsync(
        byte[] file, byte[] encryptedHash, byte[] plainHash, int pieceSize = 1000)
    {
        Assert.True(MediaReference.TryCreate("/p", MediaKey, encryptedHash, plainHash, out var reference));
        using var incoming = new IncomingMedia(reference, MediaKind.AppState, 1_000_000, Path.GetTempPath());
        await WriteAsync(incoming, file, pieceSize);
        if (incoming.Complete(out var content) is { } fault)
        {
            Assert.Null(content);
            return (fault, []);
        }

        using (content)
        {
            return (null, ReadAll(content!));
        }
    }

    private static async Task WriteAsync(IncomingMedia incoming, byte[] file, int pieceSize)
    {
        for (var at = 0; at < file.Length; at += pieceSize)
        {
            await incoming.WriteAsync(file.AsMemory(at, Math.Min(pieceSize, file.Length - at)), default);
        }
    }

    private static byte[] ReadAll(MediaContent content)
    {
        using var stream = content.OpenRead();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
