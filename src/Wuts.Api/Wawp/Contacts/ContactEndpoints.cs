using Wuts.Api.Http;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp.Contacts;

/// <summary>
/// One contact: what is stored, its about text, its name in the address book, and blocking it. Contract wawp B1, B4, B5, B6.
/// </summary>
internal static class ContactEndpoints
{
    /// <summary>How long an about text is served again, so that a burst of equal calls is one question.</summary>
    public static readonly TimeSpan AboutLifetime = TimeSpan.FromSeconds(60);

    /// <summary><c>GET /v2/contacts</c>.</summary>
    public static async Task<Reply> GetAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await GetAsync(call, parameters, parameters.Address("contactId", AddressKinds.Any));
    }

    /// <summary><c>GET /v2/contacts/{chatId}</c>: the same.</summary>
    public static async Task<Reply> GetByPathAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await GetAsync(call, parameters, parameters.Address("chatId", call.Route("chatId"), AddressKinds.Any));
    }

    /// <summary><c>GET /v2/contacts/about</c>: <c>null</c> when it is hidden.</summary>
    public static async Task<Reply> GetAboutAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var person = parameters.Address("contactId", AddressKinds.Person);
        return await Instance.RunAsync(call, parameters, needsWorking: true, async instance =>
        {
            var answer = await instance.Contact(person).GetProfileAsync(AboutLifetime, withBusiness: false, instance.Aborted);
            return answer.OrFailure().TryGet(out var profile, out var failure)
                ? Reply.Json(json =>
                {
                    json.WriteStartObject();
                    json.WriteNullable("about", profile.About.Visibility == Visibility.NotSet ? "" : profile.About.Value);
                    json.WriteEndObject();
                })
                : failure;
        });
    }

    /// <summary><c>PUT /v2/contacts/{chatId}</c>: the name that only this account sees.</summary>
    public static async Task<Reply> SaveAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var person = parameters.Address("chatId", call.Route("chatId"), AddressKinds.Person);
        var firstName = parameters.Required("firstName");
        var lastName = parameters.Text("lastName");
        return await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
            (await instance.Device.SaveContactAsync(person, firstName, lastName, instance.Aborted)).TryGet(out _, out var failure)
                ? WawpJson.Completed
                : failure);
    }

    /// <summary><c>POST /v2/contacts/block</c>.</summary>
    public static Task<Reply> BlockAsync(Call call) => SetBlockedAsync(call, block: true);

    /// <summary><c>POST /v2/contacts/unblock</c>.</summary>
    public static Task<Reply> UnblockAsync(Call call) => SetBlockedAsync(call, block: false);

    private static async Task<Reply> SetBlockedAsync(Call call, bool block)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        var person = parameters.Address("contactId", AddressKinds.Person);
        return await Instance.RunAsync(call, parameters, needsWorking: true, async instance =>
            (await instance.Device.SetBlockedAsync(person, block, instance.Aborted)).TryGet(out _, out var failure)
                ? WawpJson.Completed
                : failure);
    }

    // Always answers, out of what is stored, whether or not there is such an account.
    private static async Task<Reply> GetAsync(Call call, WawpParameters parameters, Jid jid) =>
        await Instance.RunAsync(call, parameters, needsWorking: false, async instance =>
        {
            if (jid.IsGroup)
            {
                return (await instance.Device.ListGroupsAsync(refresh: false, instance.Aborted)).TryGet(out var groups, out var noGroups)
                    ? Reply.Json(json => ContactJson.WriteGroup(
                        json, jid, groups.Groups.FirstOrDefault(g => g.IsMember && g.Info.Jid == jid)?.Info.Subject))
                    : noGroups;
            }

            return (await instance.Device.FindContactsAsync([jid], instance.Aborted)).TryGet(out var views, out var failure)
                ? Reply.Json(json => ContactJson.WritePerson(json, views[0] with { Jid = jid }))
                : failure;
        });
}
