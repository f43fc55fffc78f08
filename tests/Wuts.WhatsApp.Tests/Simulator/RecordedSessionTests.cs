using System.Text.Json;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>The client sides of the recordings, byte by byte, against the simulator with the recorded keys.</summary>
public class RecordedSessionTests
{
    [Theory]
    [InlineData("recorded-pairing-qr.json")]
    [InlineData("recorded-pairing-qr-ik.json")]
    public async Task Recorded_QR_pairing_and_logins_pass_and_handshake_answers_are_the_recorded_bytes(string file)
    {
        await using var session = await RecordedSession.StartAsync(file);
        var connections = session.Connections;
        await PairByQrAsync(session, connections[0]);

        var device = Assert.Single(session.Account.Devices);
        Assert.Equal(7, device.Id);
        for (var i = 1; i < connections.Length; i++)
        {
            // The recording server marked account_sync as dirty at every login.
            device.MarkDirty("account_sync", 1752021890);
            await LogInAsync(session, connections[i], isLast: i == connections.Length - 1);
        }

        Assert.Equal(812, device.PreKeyCount);
        Assert.Equal(connections.Length - 1, device.Logins);
        Assert.Empty(session.Account.Devices);
        Assert.Empty(session.Simulator.Server.Refusals);
    }

    [Fact]
    public async Task Recorded_handshakes_are_XX_then_IK_then_XXfallback()
    {
        await using var session = await RecordedSession.StartAsync("recorded-pairing-qr-ik.json");
        await PairByQrAsync(session, session.Connections[0]);
        for (var i = 1; i < 4; i++)
        {
            session.Account.Devices[0].MarkDirty("account_sync", 1752021890);
            await LogInAsync(session, session.Connections[i], isLast: i == 3);
        }

        var kinds = session.Simulator.Server.Events.Since(0)
            .Where(entry => entry.Kind == SimulatorEventKind.HandshakeCompleted)
            .Select(entry => entry.Detail);
        Assert.Equal(["xx", "xx", "ik", "xx-fallback"], kinds);
    }

    [Theory]
    [InlineData("recorded-pairing-code.json")]
    [InlineData("recorded-pairing-code-strict.json")]
    public async Task Recorded_request_for_a_pair_code_is_accepted(string file)
    {
        await using var session = await RecordedSession.StartAsync(file);
        await using var connection = await RecordedConnection.OpenAsync(session.Simulator, session.Connections[0]);
        Assert.NotNull((await connection.ReceiveAsync()).Child("pair-device"));
        await connection.SendNextAsync();
        await connection.SendNextAsync();

        var answer = await connection.ReceiveAsync();

        // What follows depends on the phone's ephemeral key, which the recording does not hold.
        Assert.Equal("result", answer["type"]);
        Assert.Equal("companion_hello", answer.Child("link_code_companion_reg")!["stage"]);
        Assert.Empty(session.Simulator.Server.Refusals);
    }

    private static async Task PairByQrAsync(RecordedSession session, JsonElement recorded)
    {
        await using var connection = await RecordedConnection.OpenAsync(session.Simulator, recorded);
        var offer = await connection.ReceiveAsync();
        Assert.Equal("4177847319", offer["id"]);
        await connection.SendNextAsync();

        // The recorded client made its QR of a reference that this server did not give, and what it answers to pair-success
        // does not depend on the secret.
        var qr = string.Join(
            ',',
            offer.Child("pair-device")!.Children[0].ContentText,
            Convert.ToBase64String(Hex.Bytes(recorded.TextOf("clientStatic"))),
            Convert.ToBase64String(session.CompanionIdentity),
            Convert.ToBase64String(new byte[32]),
            "1");
        var scan = session.Simulator.Server.ScanAsync(session.Account, qr);
        var pairSuccess = await connection.ReceiveAsync();
        Assert.Equal("4177847320", pairSuccess["id"]);
        await connection.SendRestAsync();
        var outcome = await scan.WaitAsync(TestClient.Guard);
        Assert.True(outcome.IsLinked, outcome.Reason);
        Assert.Equal("515", (await connection.ReceiveAsync())["code"]);
    }

    private static async Task LogInAsync(RecordedSession session, JsonElement recorded, bool isLast)
    {
        if (recorded.TryGetProperty("handshake", out var handshake) && handshake.GetString() == "XXfallback")
        {
            session.Simulator.Server.Faults.Add(new Fault.Resumption { Defect = ResumptionDefect.Refused });
        }

        await using var connection = await RecordedConnection.OpenAsync(session.Simulator, recorded);
        await connection.SendRestAsync();

        var expected = RecordedSession.RecordedAnswers(recorded);
        var awaited = recorded.GetProperty("items").EnumerateArray()
            .Where(item => item.TextOf("dir") == "c2s" && item.TryGetProperty("plaintext", out _))
            .Select(item => NodeReader.Read(item.HexOf("plaintext")))
            .Where(node => node.Tag == "iq" && node["type"] is "get" or "set")
            .ToDictionary(node => node["id"]!, StringComparer.Ordinal);
        var goesActive = awaited.Values.Any(request => request["xmlns"] == "passive");
        var tags = new List<string>();
        while (awaited.Count > 0 || (goesActive && !tags.Contains("offline")))
        {
            var plaintext = await connection.ReceivePlaintextAsync();
            var node = NodeReader.Read(plaintext);
            tags.Add(node.Child("offline") is null ? node.Tag : "offline");
            if (node.Tag == "iq" && node["id"] is { } id && awaited.Remove(id, out var request))
            {
                Assert.Equal("result", node["type"] == "error" ? AllowedError(request) : node["type"]);
                if (request["xmlns"] is "encrypt" or "passive" or "md" && expected.TryGetValue(id, out var recordedAnswer))
                {
                    Assert.Equal(Hex.Text(recordedAnswer), Hex.Text(plaintext));
                }
            }
        }

        Assert.Equal("success", tags[0]);
        if (isLast)
        {
            Assert.Equal("401", (await connection.ReceiveAsync())["code"]);
        }
    }

    // The recording server had no better answer than an empty result where this one says that there is no picture.
    private static string AllowedError(Node request) => request["xmlns"] == "w:profile:picture" ? "result" : "error";
}
