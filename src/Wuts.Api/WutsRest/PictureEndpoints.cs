using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.WutsRest;

/// <summary>
/// Pictures: where WhatsApp has them (contract wuts 3.3), and, our own, the picture itself.
/// </summary>
internal static class PictureEndpoints
{
    /// <summary>How old the address of a picture may be.</summary>
    public static readonly TimeSpan AddressMaxAge = TimeSpan.FromSeconds(60);

    /// <summary>How old a stored picture may be: notifications drop one that was changed.</summary>
    public static readonly TimeSpan FileMaxAge = TimeSpan.FromHours(1);

    public static async Task<Reply> AddressAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var preview = query.Boolean("preview") ?? true;
        var existing = query.Text("existing_id");
        var target = WutsInput.Target(query, AddressKinds.Any);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        if (await DeviceSelection.FindObstacleAsync(call.Api.Actors.Device(device.Id), call.Aborted) is { } obstacle)
        {
            return obstacle;
        }

        var size = preview ? PictureSize.Preview : PictureSize.Full;
        var answer = await call.Api.Actors.Contact(device.Id, target).GetPictureAsync(size, existing, AddressMaxAge, call.Aborted);
        if (!answer.TryGet(out var picture, out var failure))
        {
            return Explain(failure);
        }

        if (picture.IsUnchanged)
        {
            return WutsReply.Data(json =>
            {
                json.WriteJid("jid"u8, target);
                json.WriteNull("url"u8);
                json.WriteString("id"u8, existing);
                json.WriteBoolean("unchanged"u8, true);
            });
        }

        return picture is not { Visibility: Visibility.Shown, Info: { } info }
            ? Absent(picture.Visibility)
            : WutsReply.Data(json =>
            {
                json.WriteJid("jid"u8, target);
                json.WriteString("url"u8, info.Url.AbsoluteUri);
                json.WriteString("id"u8, info.Id);
                json.WriteString("type"u8, info.Size == PictureSize.Full ? "image"u8 : "preview"u8);
                json.WriteOptional("direct_path"u8, info.DirectPath);
            });
    }

    public static async Task<Reply> FileAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var sizeWord = query.Text("size") ?? "preview";
        if (sizeWord is not ("preview" or "full"))
        {
            query.Problems.Add("size", "size must be preview or full", FieldFault.Malformed, sizeWord);
        }

        var target = WutsInput.Read("jid", call.Route("jid"), AddressKinds.Any, query.Problems);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var size = sizeWord == "full" ? PictureSize.Full : PictureSize.Preview;
        var answer = await call.Api.Actors.Contact(device.Id, target).GetPictureFileAsync(size, FileMaxAge, call.Aborted);
        if (!answer.TryGet(out var picture, out var failure))
        {
            return Explain(failure);
        }

        // Two sizes of one picture share its id, and are not the same bytes.
        return picture.Visibility == Visibility.Shown
            ? Reply.Bytes(picture.Jpeg, MediaTypes.Jpeg, $"\"{EntityTags.Clean(picture.Id)}-{sizeWord}\"")
            : Absent(picture.Visibility);
    }

    private static Reply Absent(Visibility visibility) =>
        new Failure.NotFound(visibility == Visibility.NotSet ? MissingThing.Picture : MissingThing.HiddenPicture);

    // A group that the account is not in hides its picture like a person does.
    private static Reply Explain(Failure failure) => failure switch
    {
        Failure.NotPermitted or Failure.NotFound { What: MissingThing.Group } => new Failure.NotFound(MissingThing.HiddenPicture),
        Failure.NotFound { What: MissingThing.Contact } =>
            new Problem.Own(StatusCodes.Status404NotFound, WutsErrors.NoPicture, "contact not found on WhatsApp"),
        _ => failure,
    };
}
