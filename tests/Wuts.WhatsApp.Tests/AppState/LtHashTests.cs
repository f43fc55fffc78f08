using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

public class LtHashTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("appstate-lthash.json");

    [Fact]
    public void Expansion_vectors_hold()
    {
        foreach (var vector in Vectors.GetProperty("expansion_examples").EnumerateArray())
        {
            var expanded = new byte[LtHash.Size];
            LtHash.Expand(new AppStateMac(vector.HexOf("value_mac")), expanded);

            Assert.Equal(vector.TextOf("expanded_128"), Hex.Text(expanded));
        }
    }

    [Fact]
    public void Addition_and_subtraction_vectors_hold()
    {
        foreach (var vector in Vectors.GetProperty("cases").EnumerateArray())
        {
            var hash = new LtHash(vector.HexOf("base"));
            foreach (var mac in vector.GetProperty("subtract").EnumerateArray())
            {
                hash.Subtract(new AppStateMac(Hex.Bytes(mac.GetString()!)));
            }

            foreach (var mac in vector.GetProperty("add").EnumerateArray())
            {
                hash.Add(new AppStateMac(Hex.Bytes(mac.GetString()!)));
            }

            Assert.True(vector.TextOf("result") == Hex.Text(hash.Bytes), vector.TextOf("name"));
        }
    }

    [Fact]
    public void Mac_vectors_hold()
    {
        var checkedKinds = 0;
        foreach (var vector in Vectors.GetProperty("mac_known_answers").EnumerateArray())
        {
            var mac = vector.TextOf("name") switch
            {
                "patch MAC" => AppStateMacs.Patch(
                    vector.HexOf("key"),
                    vector.HexOf("snapshot_mac"),
                    vector.GetProperty("value_macs").EnumerateArray().Select(m => new AppStateMac(Hex.Bytes(m.GetString()!))),
                    vector.GetProperty("version").GetUInt64(),
                    CollectionOf(vector)),
                "snapshot MAC" => AppStateMacs.Snapshot(
                    vector.HexOf("key"), new LtHash(vector.HexOf("lthash")), vector.GetProperty("version").GetUInt64(), CollectionOf(vector)),
                "value MAC SET" or "value MAC REMOVE" => ValueMac(vector),
                "index MAC" => new AppStateMac(
                    HMACSHA256.HashData(vector.HexOf("key"), Encoding.UTF8.GetBytes(vector.TextOf("index_json")))),
                var unknown => throw new InvalidOperationException($"No check for {unknown}."),
            };

            Assert.True(vector.TextOf("result") == mac.ToString(), vector.TextOf("name"));
            checkedKinds++;
        }

        Assert.Equal(5, checkedKinds);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(512)]
    [InlineData(528)]
    [InlineData(5008)]
    public void Value_mac_covers_operation_key_id_content_and_the_length_of_what_precedes_it(int contentSize)
    {
        byte[] key = [.. Enumerable.Repeat((byte)7, 32)], keyId = [1, 2, 3, 4, 5, 6];
        var content = new byte[contentSize];
        new Random(contentSize).NextBytes(content);
        byte[] authenticated = [2, .. keyId, .. content, 0, 0, 0, 0, 0, 0, 0, 7];
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA512, key);

        var mac = AppStateMacs.Value(hmac, MutationOperation.Remove, keyId, content);

        Assert.Equal(HMACSHA512.HashData(key, authenticated)[..AppStateMac.Size], mac.ToArray());
    }

    [Fact]
    public void Order_of_additions_does_not_matter()
    {
        var random = new Random(7);
        var macs = Enumerable.Range(0, 50).Select(_ => RandomMac(random)).ToArray();
        var forwards = new LtHash();
        var backwards = new LtHash();
        foreach (var mac in macs)
        {
            forwards.Add(mac);
        }

        foreach (var mac in macs.Reverse())
        {
            backwards.Add(mac);
        }

        Assert.Equal(Hex.Text(forwards.Bytes), Hex.Text(backwards.Bytes));
    }

    [Fact]
    public void Sum_of_any_number_of_records_is_what_adding_and_subtracting_them_one_by_one_gives()
    {
        var random = new Random(13);
        var oneByOne = new LtHash();
        var together = new LtHashSum();
        for (var count = 0; count <= 40; count++)
        {
            var sum = new LtHashSum();
            var expected = new LtHash();
            for (var i = 0; i < count; i++)
            {
                var mac = RandomMac(random);
                if (random.Next(3) > 0)
                {
                    expected.Add(mac);
                    sum.Add(mac);
                    oneByOne.Add(mac);
                    together.Add(mac);
                }
                else
                {
                    expected.Subtract(mac);
                    sum.Subtract(mac);
                    oneByOne.Subtract(mac);
                    together.Subtract(mac);
                }
            }

            Assert.True(expected.Bytes.SequenceEqual(sum.ToLtHash().Bytes), $"{count} records");
            Assert.True(oneByOne.Bytes.SequenceEqual(together.ToLtHash().Bytes), $"continued by {count} records");
        }
    }

    [Fact]
    public void Lanes_wrap_without_carrying_into_their_neighbours()
    {
        // Every lane holds 0xFFFF, so that an addition of any lane that is not zero wraps.
        var ones = new byte[LtHash.Size];
        ones.AsSpan().Fill(0xFF);
        var mac = RandomMac(new Random(11));
        var expanded = new byte[LtHash.Size];
        LtHash.Expand(mac, expanded);
        var hash = new LtHash(ones);

        hash.Add(mac);

        for (var i = 0; i < LtHash.Size; i += 2)
        {
            var lane = (ushort)(0xFFFF + BitConverter.ToUInt16(expanded, i));
            Assert.Equal(lane, hash.Bytes[i] | (hash.Bytes[i + 1] << 8));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(129)]
    public void Stored_hash_of_another_length_is_refused(int length)
    {
        Assert.Throws<ArgumentException>(() => new LtHash(new byte[length]));
        Assert.Throws<ArgumentException>(() => new CollectionState(1, new byte[length]));
    }

    private static AppStateMac ValueMac(JsonElement vector)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA512, vector.HexOf("key"));
        var operation = vector.GetProperty("operation_byte").GetInt32() == 1 ? MutationOperation.Set : MutationOperation.Remove;
        return AppStateMacs.Value(hmac, operation, vector.HexOf("key_id"), vector.HexOf("encrypted_content"));
    }

    private static AppStateCollection CollectionOf(JsonElement vector)
    {
        Assert.True(AppStateCollections.TryParse(vector.TextOf("collection"), out var collection));
        return collection;
    }

    private static AppStateMac RandomMac(Random random)
    {
        var bytes = new byte[AppStateMac.Size];
        random.NextBytes(bytes);
        return new AppStateMac(bytes);
    }
}
