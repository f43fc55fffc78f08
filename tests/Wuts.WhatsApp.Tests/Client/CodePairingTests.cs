using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class CodePairingTests
{
    [Fact]
    public async Task Typed_code_links_the_device_and_logs_it_in()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(account));

        var code = await pairing.NextAsync<PairingEvent.Code>();
        var outcome = await network.Server.TypeCodeAsync(account, code.Text).Within();
        var linked = await pairing.Completion.Within();

        Assert.Matches("^[1-9A-HJ-NP-TV-Z]{4}-[1-9A-HJ-NP-TV-Z]{4}$", code.Text);
        Assert.Equal(network.Time.GetUtcNow().AddSeconds(180), code.ExpiresAt);
        Assert.True(outcome.IsLinked, outcome.Reason);
        Assert.Equal(outcome.Jid, linked.Device.ToString());
        await pairing.NextAsync<PairingEvent.CodeTyped>();
        await pairing.NextAsync<PairingEvent.Paired>();
        await pairing.NextAsync<PairingEvent.Connected>();
        network.AssertNothingRefused();
    }

    [Fact]
    public async Task Custom_code_is_shown_as_it_is()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(account) with { CustomCode = "ABCDEFGH" });

        Assert.Equal("ABCD-EFGH", (await pairing.NextAsync<PairingEvent.Code>()).Text);
        Assert.True((await network.Server.TypeCodeAsync(account, "ABCDEFGH").Within()).IsLinked);
        await pairing.Completion.Within();
    }

    [Fact]
    public async Task Invalid_method_is_refused_before_anything_is_sent()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient();
        var phone = PhoneNumber.Parse("15550001234");

        await Assert.ThrowsAsync<ArgumentException>(() => client.PairAsync(new PairingMethod.Code(default)));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PairAsync(new PairingMethod.Code(phone, "ABC0EFGH")));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.PairAsync(null!));
        Assert.Empty(network.Server.Connections);
    }

    [Fact]
    public async Task Wrong_code_shows_by_the_missing_confirmation()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(account) with { CustomCode = "ABCDEFGH" });
        await pairing.NextAsync<PairingEvent.Code>();

        var outcome = await network.Server.TypeCodeAsync(account, "ABCDEFGJ").Within();
        await pairing.NextAsync<PairingEvent.CodeTyped>();
        network.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(PairingStatus.WrongCode, outcome.Status);
        Assert.Equal(new PairingFailure.NotConfirmed(), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
    }

    [Fact]
    public async Task Right_code_after_a_wrong_one_links_the_device()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(account) with { CustomCode = "ABCDEFGH" });
        await pairing.NextAsync<PairingEvent.Code>();

        await network.Server.TypeCodeAsync(account, "ABCDEFGJ").Within();
        var outcome = await network.Server.TypeCodeAsync(account, "ABCDEFGH").Within();

        Assert.True(outcome.IsLinked, outcome.Reason);
        await pairing.Completion.Within();
    }

    [Fact]
    public async Task Code_that_nobody_types_times_out()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(network.Server.Accounts.Create()));
        await pairing.NextAsync<PairingEvent.Code>();

        network.Advance(TimeSpan.FromSeconds(180));

        Assert.Equal(new PairingFailure.TimedOut(), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
    }

    [Fact]
    public async Task Refused_request_ends_the_pairing_with_what_the_server_said()
    {
        await using var network = await Network.StartAsync();
        network.Server.Faults.Add(new Fault.RequestError { Xmlns = "md", Code = 429, Backoff = 90 });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(network.Server.Accounts.Create()));

        var failure = Assert.IsType<PairingFailure.Refused>((await pairing.NextAsync<PairingEvent.Failed>()).Failure);

        Assert.Equal((429, TimeSpan.FromSeconds(90)), (failure.Error.Code, failure.Error.Backoff));
        Assert.True(failure.Error.IsRateLimit);
    }

    [Fact]
    public async Task Product_name_as_operating_system_is_refused_by_the_server()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient(
            configure: options => options with { Device = DeviceIdentityOptions.Default with { OsName = "My Gateway" } });
        await using var pairing = await client.PairAsync(Method(network.Server.Accounts.Create()));

        var failure = Assert.IsType<PairingFailure.Refused>((await pairing.NextAsync<PairingEvent.Failed>()).Failure);

        Assert.Equal(400, failure.Error.Code);
    }

    [Fact]
    public async Task Server_that_wants_another_code_ends_the_pairing()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(account));
        await pairing.NextAsync<PairingEvent.Code>();

        Assert.True(network.Server.AskForNewCode(account));

        Assert.Equal(new PairingFailure.NewCodeNeeded(IsManual: false), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
    }

    [Fact]
    public async Task Code_dies_with_its_connection()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(Method(network.Server.Accounts.Create()));
        await pairing.NextAsync<PairingEvent.Code>();

        network.Server.Faults.Add(new Fault.Drop());

        var failure = Assert.IsType<PairingFailure.Disconnected>((await pairing.NextAsync<PairingEvent.Failed>()).Failure);
        Assert.Equal(new DisconnectReason.Network(NetworkFault.Broken), failure.Reason);
    }

    private static PairingMethod.Code Method(Account account) => new(PhoneNumber.Parse(account.Phone));
}
