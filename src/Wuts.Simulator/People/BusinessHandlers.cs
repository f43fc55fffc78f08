using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>Requests for business profiles. Sync section 7.1.</summary>
internal static class BusinessHandlers
{
    public static void MapBusiness(this IqRoutes routes) => routes.Map("w:biz", "get", "business_profile", IqStage.Linked, Get);

    private static IqAnswer Get(IqRequest request)
    {
        var world = request.Server.World;
        var asked = request.Child!;
        var profiles = new List<Node>();
        foreach (var wanted in asked.Children)
        {
            if (wanted.Tag != "profile" || !wanted.TryGetJid("jid", out var jid) || !jid.IsPerson)
            {
                return request.Refuse("A request for a business profile names a person.", 400);
            }

            if (world.People.Find(jid)?.Business?.Profile is { } details)
            {
                profiles.Add(BusinessNodes.Profile(jid.ToBase(), details));
            }
        }

        return profiles.Count == 0 && world.OtherAnswers.MissingBusinessIsError
            ? IqAnswer.Error(404)
            : IqAnswer.Result(new Node("business_profile", [("v", asked["v"])], [.. profiles]));
    }
}
