using Wuts.Api.Http;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp.Contacts;

/// <summary>
/// <c>GET /v2/contacts/check-exists</c>: is a number registered? What was answered lately is answered again and costs nothing; the
/// rest passes the gate. Contract wawp B3.
/// </summary>
internal sealed class NumberEndpoints(LookupGate gate, IDeviceDataStore data)
{
    /// <summary>How long a positive answer is served again.</summary>
    public static readonly TimeSpan FoundLifetime = TimeSpan.FromHours(24);

    /// <summary>How long a negative answer is served again.</summary>
    public static readonly TimeSpan MissingLifetime = TimeSpan.FromHours(1);

    /// <summary>The endpoint.</summary>
    public async Task<Reply> CheckAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var text = parameters.Required("phone");
        if (!WawpAddress.Rules.TryReadNumber(text, out var digits, out var reason) && text.Length > 0)
        {
            parameters.Problems.Add("phone", $"phone is not acceptable: {reason}");
        }

        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
        {
            var isUsual = PhoneNumber.TryParse(digits, out var phone, out _);
            if (isUsual && await FindKnownAsync(instance, phone, call.Api.Time.GetUtcNow()) is { } known)
            {
                return Exists(known);
            }

            if ((await instance.FindWhyNotWorkingAsync() ?? await gate.EnterAsync(instance.Record.Id, instance.Aborted)) is { } refused)
            {
                return refused;
            }

            return isUsual ? await CheckAsync(instance, phone) : await LookUpAsync(instance, digits!);
        });
    }

    private static async Task<Reply> CheckAsync(Instance instance, PhoneNumber phone) =>
        (await instance.Device.CheckAsync([phone], FoundLifetime, instance.Aborted)).TryGet(out var found, out var failure)
            ? Exists(found[0])
            : failure;

    // The contract takes numbers that are shorter than the core's own type allows; they are looked up like any address.
    private static async Task<Reply> LookUpAsync(Instance instance, string digits)
    {
        var jid = new Jid(digits, JidServers.User);
        return (await instance.Device.LookUpAsync(jid, QueryPriority.Interactive, instance.Aborted)).TryGet(out var info, out var failure)
            ? Exists(info.Exists == true, info.Phone ?? jid)
            : failure;
    }

    private async Task<Registration?> FindKnownAsync(Instance instance, PhoneNumber phone, DateTimeOffset now)
    {
        // Only read from: a write would need the lease of the device's owner.
        var store = data.Open(instance.Record.Id, () => throw new InvalidOperationException("The API writes nothing of a device."));
        var known = await store.FindRegistrationsAsync([phone], instance.Aborted);
        return known.FirstOrDefault(r => now - r.CheckedAt <= (r.IsRegistered ? FoundLifetime : MissingLifetime));
    }

    // The address is what WhatsApp answered, and may have other digits than the question.
    private static Reply Exists(Registration registration) =>
        Exists(registration.IsRegistered, registration.Jid ?? registration.Phone);

    private static Reply Exists(bool exists, Jid jid) => Reply.Json(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("numberExists", exists);
        if (exists)
        {
            json.WriteString("chatId", WawpAddress.Format(jid));
        }

        json.WriteEndObject();
    });
}
