using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Pictures;

/// <summary>Requests for pictures of people and groups, and changes of the own one. Sync sections 6.1 and 6.2.</summary>
internal static class PictureHandlers
{
    private const string Xmlns = "w:profile:picture";

    public static void MapPictures(this IqRoutes routes)
    {
        routes.Map(Xmlns, "get", null, IqStage.Linked, Get);
        routes.Map(Xmlns, "set", null, IqStage.Linked, Set);
    }

    /// <summary>What an answer holds for a picture that may be seen.</summary>
    /// <param name="world">Where it is.</param>
    /// <param name="wanted">The <c>picture</c> element of the request: size and known id.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="more">Further attributes.</param>
    public static Node Found(World world, Node wanted, Picture picture, params ReadOnlySpan<(string, AttributeValue)> more)
    {
        var preview = wanted["type"] != "image";
        var directPath = world.Pictures.Offer(picture, preview);
        return new Node("picture",
        [
            .. more,
            ("id", picture.Id),
            ("type", preview ? "preview" : "image"),
            ("url", world.Server.MediaUrl + directPath),
            ("direct_path", directPath),
            ("hash", world.PictureAnswers.SendHash ? picture.HashOf(preview) : null),
        ]);
    }

    /// <summary>What is wrong with a <c>picture</c> element of a request; <see langword="null"/> when nothing is.</summary>
    public static string? FaultOf(Node wanted) =>
        wanted["query"] != "url" ? "A picture query says query=url."
        : wanted["type"] is not ("preview" or "image") ? "A picture query asks for preview or image."
        : null;

    private static IqAnswer Get(IqRequest request)
    {
        var world = request.Server.World;
        if (world.Limits.Take(request.Device, RateClass.Picture) is { } over)
        {
            return over.Answer();
        }

        if (!request.Stanza.TryGetJid("target", out var target))
        {
            return IqAnswer.Error(404);
        }

        if (!request.Stanza.TryGetChild("picture", out var wanted) || FaultOf(wanted) is not null)
        {
            return request.Refuse(wanted is null ? "A picture query needs a picture element." : FaultOf(wanted)!, 400);
        }

        if (target != target.ToBase())
        {
            return request.Refuse("A picture query names a device.", 400);
        }

        // These are never answered by real servers, and so clients must know better than to ask.
        var token = wanted.Child("tctoken");
        if (request.Stanza.Child("tctoken") is not null)
        {
            return request.Ignore("a privacy token beside the picture element");
        }

        if (target == Jid.Announcements)
        {
            return request.Ignore("the picture of the announcement account");
        }

        var viewer = world.People.Of(request.Device.Account);
        if (target.IsGroup)
        {
            return token is null
                ? GroupPicture(world, viewer, target, wanted)
                : request.Refuse("A picture query for a group has a privacy token.", 400);
        }

        if (world.People.Find(target) is not { IsRegistered: true } person)
        {
            return IqAnswer.Error(404);
        }

        if (person == viewer && token is not null)
        {
            return request.Ignore("the own picture with a privacy token");
        }

        return person.Defects.PictureIsSilent
            ? request.Ignore("a picture that is silent by a defect")
            : PersonPicture(world, viewer, person, wanted, token);
    }

    private static IqAnswer PersonPicture(World world, Person viewer, Person person, Node wanted, Node? token)
    {
        if (!person.IsVisibleTo(viewer, PrivacySettings.Picture, token is null ? default : token.ContentBytes.Span))
        {
            return world.PictureAnswers.Hidden switch
            {
                HiddenPictureAnswer.InnerError => IqAnswer.Result(Inner(401)),
                HiddenPictureAnswer.NotFound => IqAnswer.Error(404),
                _ => IqAnswer.Error(401),
            };
        }

        return Show(world, wanted, person.Picture);
    }

    private static IqAnswer GroupPicture(World world, Person viewer, Jid target, Node wanted)
    {
        if (world.Groups.Find(target) is not { } group)
        {
            return IqAnswer.Error(404);
        }

        var isInvited = wanted["invite"] is { } code && code == group.InviteCode;
        if (!isInvited && !group.HasMember(viewer))
        {
            return IqAnswer.Error(wanted["invite"] is null ? 403 : 401);
        }

        // The picture of a community is asked for in another way.
        return group.IsCommunity ? IqAnswer.Error(401) : Show(world, wanted, group.Picture);
    }

    private static IqAnswer Show(World world, Node wanted, Picture? picture)
    {
        if (picture is null)
        {
            return world.PictureAnswers.NoPicture switch
            {
                NoPictureAnswer.InnerError => IqAnswer.Result(Inner(404)),
                NoPictureAnswer.Status => IqAnswer.Result(new Node("picture", [("status", 204)])),
                NoPictureAnswer.EmptyPicture => IqAnswer.Result(new Node("picture")),
                NoPictureAnswer.EmptyResult => IqAnswer.Empty,
                _ => IqAnswer.Error(404),
            };
        }

        if (wanted["id"] != picture.Id)
        {
            return IqAnswer.Result(Found(world, wanted, picture));
        }

        return world.PictureAnswers.Unchanged switch
        {
            SamePictureAnswer.IdOnly => IqAnswer.Result(new Node("picture", [("id", picture.Id)])),
            SamePictureAnswer.EmptyResult => IqAnswer.Empty,
            _ => IqAnswer.Result(new Node("picture", [("status", 304)])),
        };
    }

    private static IqAnswer Set(IqRequest request)
    {
        var world = request.Server.World;
        var self = world.People.Of(request.Device.Account);
        Group? group = null;
        if (request.Stanza.TryGetJid("target", out var target) && target != self.Jid && target != self.Lid)
        {
            group = world.Groups.Find(target);
            if (group is null || !group.MayEdit(self))
            {
                return IqAnswer.Error(group is null ? 404 : 403);
            }
        }

        if (!request.Stanza.TryGetChild("picture", out var content))
        {
            _ = group is null ? self.RemovePicture(by: request.Device) : group.RemovePicture(self, request.Device);
            return IqAnswer.Empty;
        }

        var bytes = content.ContentBytes.ToArray();
        if (content["type"] != "image" || !Jpeg.IsJpeg(bytes))
        {
            return request.Refuse("A picture is set with type=image and a JPEG file.", 406);
        }

        var picture = group is null ? self.SetPicture(bytes, by: request.Device) : group.SetPicture(bytes, self, request.Device);
        return IqAnswer.Result(new Node("picture", [("id", picture.Id)]));
    }

    private static Node Inner(int code) =>
        new("picture", [], [new Node("error", [("code", code), ("text", IqAnswer.UsualText(code))])]);
}
