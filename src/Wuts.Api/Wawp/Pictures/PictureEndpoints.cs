using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Wawp.Pictures;

/// <summary>
/// Addresses of pictures. The three endpoints share one cache entry per instance and id, which is the contact actor's. Contract wawp
/// 1.5, A1, B8, B9.
/// </summary>
internal static class PictureEndpoints
{
    /// <summary>How long a picture's address is served without asking again.</summary>
    public static readonly TimeSpan ShownLifetime = TimeSpan.FromHours(24);

    /// <summary>How long it is believed that there is no picture to be seen.</summary>
    public static readonly TimeSpan AbsentLifetime = TimeSpan.FromHours(1);

    /// <summary><c>GET /v2/contacts/profile-picture</c>: an empty text where there is no picture to be seen.</summary>
    public static async Task<Reply> OfContactAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await ReplyAsync(call, parameters, parameters.Address("contactId", AddressKinds.Any), absent: "");
    }

    /// <summary><c>GET /v2/chats/picture</c>: <c>null</c> where there is no picture to be seen.</summary>
    public static async Task<Reply> OfChatAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await ReplyAsync(call, parameters, parameters.Address("chatId", AddressKinds.Any), absent: null);
    }

    /// <summary><c>GET /v2/chats/{chatId}/picture</c>: the older form of the same.</summary>
    public static async Task<Reply> OfChatInPathAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await ReplyAsync(call, parameters, parameters.Address("chatId", call.Route("chatId"), AddressKinds.Any), absent: null);
    }

    /// <summary><c>GET /v2/groups/{id}/picture</c>.</summary>
    public static async Task<Reply> OfGroupAsync(Call call)
    {
        var parameters = await WawpParameters.ReadAsync(call);
        return await ReplyAsync(call, parameters, parameters.Address("id", call.Route("id"), AddressKinds.Group), absent: null);
    }

    private static async Task<Reply> ReplyAsync(Call call, WawpParameters parameters, Jid jid, string? absent)
    {
        var refresh = parameters.Flag("refresh");
        return await Instance.RunAsync(call, parameters, needsWorking: refresh, async instance =>
        {
            var now = call.Api.Time.GetUtcNow();
            return (await FindAsync(instance, jid, refresh, now)).TryGet(out var picture, out var failure)
                ? Reply.Json(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("id", WawpAddress.Format(jid));
                    json.WriteNullable("url", picture.Info?.Url.AbsoluteUri ?? absent);
                    json.WriteEndObject();
                })
                : failure;
        });
    }

    private static async Task<Answer<ContactPicture>> FindAsync(Instance instance, Jid jid, bool refresh, DateTimeOffset now)
    {
        var contact = instance.Contact(jid);
        var answer = await contact.GetPictureAsync(PictureSize.Full, null, refresh ? TimeSpan.Zero : ShownLifetime, instance.Aborted);
        if (!refresh && answer.Value is { Info: null } old && now - old.FetchedAt > AbsentLifetime)
        {
            answer = await contact.GetPictureAsync(PictureSize.Full, null, AbsentLifetime, instance.Aborted);
        }

        // Privacy and absence look alike; that the person or the group does not exist at all is another thing, and has to be asked for.
        return answer.Value is { Info: null } && await FindWhyMissingAsync(instance, jid) is { } missing ? missing : answer;
    }

    private static async Task<Failure?> FindWhyMissingAsync(Instance instance, Jid jid)
    {
        if (jid.IsLid)
        {
            return null;
        }

        var failure = jid.IsGroup
            ? (await instance.Device.GetGroupAsync(jid, instance.Aborted)).Failure
            : (await instance.Contact(jid).GetProfileAsync(ShownLifetime, withBusiness: false, instance.Aborted)).Failure;
        return failure as Failure.NotFound;
    }
}
