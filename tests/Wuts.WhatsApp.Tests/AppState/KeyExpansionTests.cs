using Wuts.Testing;
using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

public class KeyExpansionTests
{
    [Fact]
    public void Key_vectors_expand_to_their_five_keys()
    {
        foreach (var vector in VectorFile.Open("appstate-keys.json").GetProperty("cases").EnumerateArray())
        {
            var keys = new MutationKeys(new AppStateKeyId([1]), vector.HexOf("key_data"));

            Assert.Equal(vector.TextOf("indexKey"), Hex.Text(keys.IndexKey));
            Assert.Equal(vector.TextOf("valueEncryptionKey"), Hex.Text(keys.ValueEncryptionKey));
            Assert.Equal(vector.TextOf("valueMacKey"), Hex.Text(keys.ValueMacKey));
            Assert.Equal(vector.TextOf("snapshotMacKey"), Hex.Text(keys.SnapshotMacKey));
            Assert.Equal(vector.TextOf("patchMacKey"), Hex.Text(keys.PatchMacKey));
            Assert.Equal(
                vector.TextOf("okm_160"),
                Hex.Text([.. keys.IndexKey, .. keys.ValueEncryptionKey, .. keys.ValueMacKey, .. keys.SnapshotMacKey, .. keys.PatchMacKey]));
        }
    }

    [Theory]
    [InlineData("00000000361b", 0, 13851)]
    [InlineData("00030000361c", 3, 13852)]
    [InlineData("00030000361c00", 0, 0)]
    public void Six_byte_id_names_device_and_epoch(string id, int device, uint epoch)
    {
        var keyId = new AppStateKeyId(Hex.Bytes(id));

        Assert.Equal(device, keyId.Device);
        Assert.Equal(epoch, keyId.Epoch);
        Assert.Equal(id, keyId.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Key_data_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => new AppStateSyncKey(new AppStateKeyId([1]), new byte[length], 0));

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Key_id_of_an_impossible_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => new AppStateKeyId(new byte[length]));

    [Fact]
    public void Ring_replaces_a_key_only_by_a_newer_one_and_uploads_with_the_newest()
    {
        var ring = AppStateKeyRing.Empty.With([Key(1, 0xA1, 100), Key(2, 0xA2, 50)], out var first);

        var unchanged = ring.With([Key(1, 0xB1, 100), Key(2, 0xB2, 49)], out var older);
        var changed = ring.With([Key(2, 0xC2, 200)], out var newer);

        Assert.Equal(2, first.Count);
        Assert.Empty(older);
        Assert.Same(ring, unchanged);
        Assert.Single(newer);
        Assert.Equal(0xA1, ring.Newest!.Data[0]);
        Assert.Equal(0xC2, changed.Newest!.Data[0]);
        Assert.Equal(2, changed.Count);
    }

    [Fact]
    public void Ring_finds_a_key_by_the_bytes_of_its_id()
    {
        var ring = AppStateKeyRing.Empty.With([Key(1, 0xA1, 100)]);

        Assert.True(ring.TryGet([1], out var keys));
        Assert.True(ring.TryGet([1], out var again));
        Assert.Same(keys, again);
        Assert.False(ring.TryGet([2], out _));
        Assert.False(ring.TryGet([], out _));
    }

    [Fact]
    public void Text_of_a_key_does_not_show_its_secret()
    {
        var key = Key(0x17, 0xA1, 100);

        Assert.Equal("app-state key 17", key.ToString());
    }

    private static AppStateSyncKey Key(byte id, byte fill, long timestamp)
    {
        var data = new byte[AppStateSyncKey.DataSize];
        data.AsSpan().Fill(fill);
        return new AppStateSyncKey(new AppStateKeyId([id]), data, timestamp);
    }
}
