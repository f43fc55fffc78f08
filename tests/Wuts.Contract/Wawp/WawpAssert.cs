using System.Net;
using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>Answers and instances of the Wawp dialect.</summary>
public static class WawpAssert
{
    /// <summary>The answer is an error with a status and a code. Contract wawp 1.2.</summary>
    public static void IsWawpError(this ApiAnswer answer, HttpStatusCode status, string code, string message = "<any>")
    {
        ArgumentNullException.ThrowIfNull(answer);
        answer.Is(status, $$$"""{"code":"{{{code}}}","message":"{{{message}}}","data":{"status":{{{(int)status}}}}}""");
    }

    /// <summary>The answer is JSON's <c>null</c>.</summary>
    public static void IsNull(this ApiAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Assert.Equal((HttpStatusCode.OK, "null"), (answer.Status, answer.Text));
    }

    /// <summary>An instance that is created and not started.</summary>
    public static async Task<WawpInstance> CreateInstanceAsync(this GatewayUnderTest gateway, Caller? caller = null)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        caller ??= await gateway.RegisterAsync();
        await caller.CreateInstanceAsync();
        return new WawpInstance(caller, caller.InstanceId, null);
    }

    /// <summary>An instance that is created, scanned, and working, with everybody whom the account has saved.</summary>
    public static async Task<WawpInstance> LinkInstanceAsync(this GatewayUnderTest gateway, Caller? caller = null, Action<Account>? prepare = null)
    {
        var instance = await gateway.CreateInstanceAsync(caller);
        var account = gateway.WhatsApp.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        prepare?.Invoke(account);
        await instance.Caller.ScanAsync(gateway.WhatsApp, account);
        foreach (var saved in gateway.WhatsApp.ContactsOf(account).All.Select(contact => contact.Jid).Distinct())
        {
            await Eventually.IsAsync(
                async () => (await instance.Caller.Http.GetAsync($"/contacts?device_id={instance.Caller.DeviceId}")).Text,
                text => text.Contains($"\"{saved}\"", StringComparison.Ordinal));
        }

        return instance with { Account = account };
    }
}
