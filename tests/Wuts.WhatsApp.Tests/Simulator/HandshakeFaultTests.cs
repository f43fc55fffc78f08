using Google.Protobuf;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>A handshake, a certificate or a login that goes wrong on command, seen from the client's end of the line.</summary>
public class HandshakeFaultTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(409)]
    [InlineData(411)]
    [InlineData(415)]
    [InlineData(418)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(503)]
    public async Task Failure_takes_the_place_of_success(int reason)
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Failure { Reason = reason });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        Assert.Equal($"{reason}", (await client.ReceiveAsync("failure"))["reason"]);
        await client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Ban_tells_its_code_and_how_long_it_lasts()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Failure
        {
            Reason = 402,
            Attributes = new Dictionary<string, string> { ["code"] = "101", ["expire"] = "3600" },
        });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        var failure = await client.ReceiveAsync("failure");
        Assert.Equal(("402", "101", "3600"), (failure["reason"], failure["code"], failure["expire"]));
    }

    [Theory]
    [InlineData(CertificateDefect.WrongRoot, ServerCertificateFault.UntrustedIntermediate)]
    [InlineData(CertificateDefect.BadSignature, ServerCertificateFault.UntrustedLeaf)]
    [InlineData(CertificateDefect.WrongIssuer, ServerCertificateFault.UntrustedLeaf)]
    [InlineData(CertificateDefect.Expired, ServerCertificateFault.Expired)]
    [InlineData(CertificateDefect.NotYetValid, ServerCertificateFault.NotYetValid)]
    [InlineData(CertificateDefect.LeafKeyMismatch, ServerCertificateFault.WrongServerKey)]
    [InlineData(CertificateDefect.Missing, ServerCertificateFault.Malformed)]
    [InlineData(CertificateDefect.Garbage, ServerCertificateFault.Malformed)]
    public async Task Wrong_certificate_is_wrong_in_the_way_that_was_asked_for(CertificateDefect defect, ServerCertificateFault expected)
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Certificate { Defect = defect });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        Assert.Equal(expected, Verify(client));
        await using var next = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());
        Assert.Equal(ServerCertificateFault.None, Verify(next));

        ServerCertificateFault Verify(TestClient shown) => ServerCertificate.Verify(
            shown.Chain, shown.ServerStatic, scene.Simulator.RootKey.Span, DateTimeOffset.UtcNow, out _);
    }

    [Fact]
    public async Task Resumption_can_be_refused_although_the_key_is_right()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Resumption { Defect = ResumptionDefect.Refused });

        await using var client = await TestClient.OpenAsync(scene.Simulator);
        Assert.False(await client.ResumeAsync(scene.Device.Noise, scene.Device.Login().ToByteArray(), scene.Client.ServerStatic));
        Assert.Equal("success", (await client.ReceiveAsync()).Tag);
    }

    [Fact]
    public async Task Resumption_can_be_accepted_with_an_answer_that_does_not_decrypt()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Resumption { Defect = ResumptionDefect.Broken });

        await using var client = await TestClient.OpenAsync(scene.Simulator);
        await Assert.ThrowsAsync<HandshakeException>(
            () => client.ResumeAsync(scene.Device.Noise, scene.Device.Login().ToByteArray(), scene.Client.ServerStatic));
    }

    [Theory]
    [InlineData(FaultPoint.Connect)]
    [InlineData(FaultPoint.Handshake)]
    [InlineData(FaultPoint.Login)]
    public async Task Connection_can_be_dropped_at_every_point_before_success(FaultPoint point)
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.Drop { At = point });

        var outcome = await Record.ExceptionAsync(async () =>
        {
            await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());
            await client.ReceiveAsync("success");
        });

        Assert.NotNull(outcome);
        await using var again = await TestClient.LoginAsync(scene.Simulator, scene.Device);
    }

    [Fact]
    public async Task Stream_error_at_connect_comes_when_stanzas_can_be_sent()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Code = 503, At = FaultPoint.Connect });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        Assert.Equal("503", (await client.ReceiveAsync("stream:error"))["code"]);
    }

    [Fact]
    public async Task Stream_error_directly_after_success()
    {
        await using var scene = await FaultScene.StartAsync();
        scene.Faults.Add(new Fault.StreamError { Error = StreamErrorKind.StreamEnd, At = FaultPoint.LoggedIn });

        await using var client = await TestClient.ConnectAsync(scene.Simulator, scene.Device.Noise, scene.Device.Login());

        await client.ReceiveAsync("success");
        await client.ReceiveAsync("xmlstreamend");
    }
}
