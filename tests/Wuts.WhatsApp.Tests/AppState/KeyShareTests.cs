using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.AppState;

public class KeyShareTests
{
    [Fact]
    public void Share_vector_gives_keys_and_those_that_the_phone_does_not_have()
    {
        var vector = VectorFile.Open("misc.json").GetProperty("peer_messages").GetProperty("key_share");
        var message = Message.Parser.ParseFrom(vector.HexOf("message"));

        var share = KeyShare.From(message.ProtocolMessage.AppStateSyncKeyShare);

        var expected = vector.GetProperty("expect").GetProperty("store")[0];
        var key = Assert.Single(share.Keys);
        Assert.Equal(expected.TextOf("key_id"), key.Id.ToString());
        Assert.Equal(expected.TextOf("key_data"), Hex.Text(key.Data));
        Assert.Equal(expected.GetProperty("timestamp").GetInt64(), key.Timestamp);
        Assert.StartsWith(
            Assert.Single(share.Missing).ToString(), vector.GetProperty("expect").GetProperty("orphan")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_vector_holds()
    {
        var vector = VectorFile.Open("misc.json").GetProperty("peer_messages").GetProperty("key_request");
        var ids = vector.GetProperty("key_ids").EnumerateArray().Select(id => new AppStateKeyId(Hex.Bytes(id.GetString()!)));

        Assert.Equal(vector.TextOf("message"), Hex.Text(KeyShare.BuildRequest(ids).ToByteArray()));
    }

    [Fact]
    public void Key_id_vectors_hold()
    {
        foreach (var vector in VectorFile.Open("misc.json").GetProperty("key_id").GetProperty("cases").EnumerateArray())
        {
            var id = new AppStateKeyId(vector.HexOf("hex"));

            Assert.Equal(vector.GetProperty("device").GetInt32(), id.Device);
            Assert.Equal(vector.GetProperty("epoch").GetUInt32(), id.Epoch);
        }
    }

    [Fact]
    public void Damaged_entries_of_a_share_are_as_good_as_not_sent()
    {
        var share = new AppStateSyncKeyShare
        {
            Keys =
            {
                new Protos.AppStateSyncKey(),
                new Protos.AppStateSyncKey { KeyId = new AppStateSyncKeyId { KeyId = ByteString.CopyFrom(new byte[65]) } },
                new Protos.AppStateSyncKey
                {
                    KeyId = new AppStateSyncKeyId { KeyId = ByteString.CopyFrom(1) },
                    KeyData = new AppStateSyncKeyData { KeyData = ByteString.CopyFrom(new byte[31]) },
                },
            },
        };

        var read = KeyShare.From(share);

        Assert.Empty(read.Keys);
        Assert.Empty(read.Missing);
    }
}
