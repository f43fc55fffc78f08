using System.Text;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class PasskeyPairingTests
{
    [Fact]
    public async Task Scan_that_leads_to_the_passkey_links_the_device()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create(new AccountSpec { RequiresPasskey = true });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var scanned = await network.Server.ScanAsync(account, (await pairing.NextAsync<PairingEvent.QrCode>()).Text).Within();

        var required = await pairing.NextAsync<PairingEvent.PasskeyRequired>();
        await pairing.SubmitPasskeyAsync(Assertion(account, required)).Within();
        var compare = await pairing.NextAsync<PairingEvent.CompareCode>();
        var linked = await pairing.Completion.Within();

        Assert.Equal(PairingStatus.PasskeyRequired, scanned.Status);
        Assert.True(compare.IsOptional);
        Assert.Equal((await network.NextAsync(SimulatorEventKind.PasskeyCodeShown)).Detail, compare.Text.Replace("-", "", StringComparison.Ordinal));
        Assert.Equal(account.Phone, linked.Device.User);
        network.AssertNothingRefused();
    }

    [Fact]
    public async Task Passkey_that_nobody_shows_times_out_after_five_minutes()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create(new AccountSpec { RequiresPasskey = true });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        await network.Server.ScanAsync(account, (await pairing.NextAsync<PairingEvent.QrCode>()).Text).Within();
        var required = await pairing.NextAsync<PairingEvent.PasskeyRequired>();

        network.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(new PairingFailure.TimedOut(), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pairing.SubmitPasskeyAsync(Assertion(account, required)));
    }

    [Fact]
    public async Task Client_may_ask_for_the_passkey_by_itself()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        using var gate = network.Server.OnIq("md", iq =>
        {
            // The real server knows from the context whose passkey is meant; the simulator has to be told.
            if (iq.TryGetChild("passkey_request_options", out _))
            {
                network.Server.RequestPasskey(network.Server.Connections[^1].Id, account);
            }

            return null;
        });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Passkey());

        var required = await pairing.NextAsync<PairingEvent.PasskeyRequired>();
        await pairing.SubmitPasskeyAsync(Assertion(account, required)).Within();
        var compare = await pairing.NextAsync<PairingEvent.CompareCode>();
        await network.Server.ConfirmPasskeyAsync(account, compare.Text.Replace("-", "", StringComparison.Ordinal)).Within();

        await pairing.Completion.Within();
        Assert.Single(account.Devices);
        network.AssertNothingRefused();
    }

    [Fact]
    public async Task Code_pairing_that_leads_to_the_passkey_links_the_device()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create(new AccountSpec { RequiresPasskey = true });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Code(PhoneNumber.Parse(account.Phone)));
        var code = await pairing.NextAsync<PairingEvent.Code>();
        var typed = await network.Server.TypeCodeAsync(account, code.Text).Within();

        var required = await pairing.NextAsync<PairingEvent.PasskeyRequired>();
        await pairing.SubmitPasskeyAsync(Assertion(account, required)).Within();
        var compare = await pairing.NextAsync<PairingEvent.CompareCode>();
        await network.Server.ConfirmPasskeyAsync(account, compare.Text.Replace("-", "", StringComparison.Ordinal)).Within();

        Assert.Equal(PairingStatus.PasskeyRequired, typed.Status);
        await pairing.Completion.Within();
        Assert.Single(account.Devices);
    }

    [Fact]
    public async Task Refused_assertion_ends_the_pairing()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create(new AccountSpec { RequiresPasskey = true });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        await network.Server.ScanAsync(account, (await pairing.NextAsync<PairingEvent.QrCode>()).Text).Within();
        await pairing.NextAsync<PairingEvent.PasskeyRequired>();

        var refused = await Assert.ThrowsAsync<WhatsAppPairingException>(
            () => pairing.SubmitPasskeyAsync(new PasskeyAssertion(account.Passkey.CredentialId, "{}"u8.ToArray())).Within());

        Assert.IsType<PairingFailure.Refused>(refused.Failure);
        Assert.Equal(refused.Failure, (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
    }

    [Fact]
    public async Task Passkey_that_nobody_asked_for_is_not_sent()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        await pairing.NextAsync<PairingEvent.QrCode>();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => pairing.SubmitPasskeyAsync(new PasskeyAssertion(account.Passkey.CredentialId, "{}"u8.ToArray())));
    }

    [Fact]
    public async Task Passkey_request_dies_with_its_connection()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create(new AccountSpec { RequiresPasskey = true });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        await network.Server.ScanAsync(account, (await pairing.NextAsync<PairingEvent.QrCode>()).Text).Within();
        await pairing.NextAsync<PairingEvent.PasskeyRequired>();

        network.Server.Faults.Add(new Fault.Drop());

        Assert.IsType<PairingFailure.Disconnected>((await pairing.NextAsync<PairingEvent.Failed>()).Failure);
    }

    private static PasskeyAssertion Assertion(Account account, PairingEvent.PasskeyRequired required) => new(
        account.Passkey.CredentialId, Encoding.UTF8.GetBytes(account.Passkey.Assert(required.RequestOptionsJson)));
}
