using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Registration;

/// <summary>The requests of pairing by code. Protocol sections 8.3 and 8.5.</summary>
internal static class LinkCodeHandlers
{
    private const string Child = "link_code_companion_reg";

    public static void MapLinkCode(this IqRoutes routes)
    {
        routes.Map("md", "set", Child, IqStage.Registering, Set);
        routes.Map("md", "get", Child, IqStage.Registering, Get);
    }

    private static IqAnswer Set(IqRequest request)
    {
        var exchange = request.Registration.LinkCode;
        switch (request.Child!["stage"])
        {
            case "companion_hello":
                return exchange.Begin(request.Child);
            case "companion_finish":
                return exchange.Finish(request.Child);
            default:
                request.Registration.Complain(RefusalKind.BadLinkCode, "The stage of link_code_companion_reg is unknown.");
                return IqAnswer.Error(400);
        }
    }

    private static IqAnswer Get(IqRequest request)
    {
        if (request.Child!["stage"] == "get_country_code")
        {
            return IqAnswer.Result(new Node(Child, [("stage", "get_country_code")], [new Node("country_code", [("iso", "US")])]));
        }

        request.Registration.Complain(RefusalKind.BadLinkCode, "The stage of link_code_companion_reg is unknown.");
        return IqAnswer.Error(400);
    }
}
