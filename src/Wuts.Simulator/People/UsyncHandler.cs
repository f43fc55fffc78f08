using Wuts.Simulator.Limits;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>Answers user queries. Sync sections 4.1 and 4.2.</summary>
internal static class UsyncHandler
{
    private const int PictureRefresh = 86400;

    public static void MapUsync(this IqRoutes routes)
    {
        routes.Map("usync", "get", "usync", IqStage.Linked, Answer);
        routes.Map("usync", "get", null, IqStage.Linked, request => request.Refuse("A user query needs a usync element.", 400));
    }

    private static IqAnswer Answer(IqRequest request)
    {
        var world = request.Server.World;
        var usync = request.Child!;
        if (FaultOf(usync) is { } fault)
        {
            return request.Refuse(fault, 400);
        }

        var users = usync.Child("list")!.Children;
        if (users.Length > world.UsyncAnswers.MaxUsers)
        {
            return request.Refuse("A user query names too many people.", 419);
        }

        var over = world.Limits.Take(request.Device, RateClass.Usync, users.Length);
        if (over is { FailsProtocols: false })
        {
            return over.Value.Answer();
        }

        var viewer = world.People.Of(request.Device.Account);
        var working = new List<Node>();
        var states = new List<Node>();
        foreach (var protocol in usync.Child("query")!.Children)
        {
            if (over is not null)
            {
                states.Add(new Node(protocol.Tag, [], [UsyncUser.Error(Overlimit.Code, over.Value.Backoff)]));
            }
            else if (world.UsyncAnswers.Take(protocol.Tag) is { } failure)
            {
                states.Add(new Node(protocol.Tag, [], [UsyncUser.Error(failure.Code, failure.Backoff)]));
            }
            else
            {
                working.Add(protocol);
                states.Add(protocol.Tag == "picture" ? new Node("picture", [("refresh", PictureRefresh)]) : new Node(protocol.Tag));
            }
        }

        var answers = new List<Node>();
        foreach (var user in working.Count == 0 ? default : users)
        {
            if (UsyncUser.Read(world, viewer, user) is not { } asked)
            {
                return request.Refuse("A person in a user query has neither address nor number nor user name.", 400);
            }

            if (asked.Answer(working) is { } answer)
            {
                answers.Add(answer);
            }
        }

        return IqAnswer.Result(new Node(
            "usync",
            [("sid", usync["sid"]), ("mode", usync["mode"]), ("last", "true"), ("index", 0), ("context", usync["context"])],
            [new Node("result", [], [.. states]), new Node("list", [], [.. answers])]));
    }

    private static string? FaultOf(Node usync)
    {
        if (usync["sid"] is not { Length: > 0 })
        {
            return "A user query needs a sid.";
        }

        if (usync["mode"] is not ("query" or "full" or "delta")
            || usync["context"] is not ("interactive" or "background" or "message" or "notification" or "voip"))
        {
            return "A user query has an unknown mode or context.";
        }

        if (usync["index"] != "0" || usync["last"] != "true")
        {
            return "A user query is one page: index=0 and last=true.";
        }

        if (usync.Child("query") is not { Children.IsEmpty: false } query || usync.Child("list") is not { Children.IsEmpty: false } list)
        {
            return "A user query asks at least one thing about at least one person.";
        }

        foreach (var user in list.Children)
        {
            if (user.Tag != "user")
            {
                return "The list of a user query holds something else than people.";
            }
        }

        return query.Child("devices") is { } devices && devices["version"] != "2" ? "Device lists are asked for in version 2." : null;
    }
}
