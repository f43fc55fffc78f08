using Microsoft.AspNetCore.Routing;
using Wuts.Api.Tests.EndToEnd;

namespace Wuts.Api.Tests.Live;

/// <summary>
/// Two tenants with the same people in the address books of their accounts, under names of their own; the first one has a colleague,
/// a group and everything else that a call can name.
/// </summary>
internal sealed class TwoTenants
{
    /// <summary>In every name that the first tenant gave, and nowhere else.</summary>
    public const string Mark = "Alphonse";

    private TwoTenants(RunningGateway gateway) => Gateway = gateway;

    public RunningGateway Gateway { get; }

    public LiveWorld World { get; private set; } = null!;

    /// <summary>Admin of the first tenant, with a linked device.</summary>
    public Caller Alpha { get; private set; } = null!;

    /// <summary>Role <c>user</c> in the first tenant.</summary>
    public Caller Colleague { get; private set; } = null!;

    /// <summary>Role <c>manager</c> in the first tenant.</summary>
    public Caller Manager { get; private set; } = null!;

    /// <summary>Admin of the second tenant, with a linked device.</summary>
    public Caller Beta { get; private set; } = null!;

    /// <summary>Role <c>manager</c> in the second tenant.</summary>
    public Caller BetaManager { get; private set; } = null!;

    /// <summary>What calls about the first tenant name.</summary>
    public ProbeValues Values { get; private set; } = null!;

    /// <summary>The token of an open verification.</summary>
    public string VerificationToken { get; private set; } = "";

    /// <summary>What nobody of the second tenant may ever see.</summary>
    public IReadOnlyList<string> Secrets { get; private set; } = [];

    public static async Task<TwoTenants> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var scene = new TwoTenants(await RunningGateway.StartAsync(settings));
        await scene.FillAsync();
        return scene;
    }

    /// <summary>The routes of an endpoint, under each of its base paths.</summary>
    public IEnumerable<RouteEndpoint> RoutesOf(Probe probe) => Gateway.Routes.Where(route => route.DisplayName == probe.Endpoint);

    private async Task FillAsync()
    {
        var whatsApp = Gateway.WhatsApp;
        World = LiveWorld.Create(whatsApp);
        LiveWorld.AddPeople(whatsApp, World.Account, 20, Mark);
        var other = LiveWorld.NewAccount(whatsApp, "5511900000009", "Bia");
        LiveWorld.AddPeople(whatsApp, other, 20, "Bernard");

        Alpha = await Caller.RegisterAsync(Gateway.Address, RunningGateway.MasterToken, Mark);
        Beta = await Caller.RegisterAsync(Gateway.Address, RunningGateway.MasterToken, "Bernard");
        Colleague = await Alpha.AddUserAsync("user", $"{Mark}2");
        Manager = await Alpha.AddUserAsync("manager", $"{Mark}3");
        BetaManager = await Beta.AddUserAsync("manager", "Bernard3");
        await Alpha.CreateInstanceAsync();
        await Alpha.ScanAsync(whatsApp, World.Account);
        await Beta.CreateInstanceAsync();
        await Beta.ScanAsync(whatsApp, other);
        await Alpha.UntilContactsAsync(22);
        await Beta.UntilContactsAsync(20);

        var verification = Caller.Json(
            await Alpha.Http.PostAsync(
                "/identity/verifications",
                $$"""{"device_id":"{{Alpha.DeviceId}}","phone":"5511999999999","lid":"150199452311775@lid","form":"token"}"""),
            System.Net.HttpStatusCode.Created).GetProperty("verification");
        var link = Caller.Json(await Alpha.Http.PostAsync(
            "/identity/links", $$"""{"phone":"5511888888888","lid":"112233445566778@lid","evidence":"{{Mark}}"}""")).GetProperty("link");
        Values = new ProbeValues(new Dictionary<string, string>
        {
            ["device"] = Alpha.DeviceId,
            ["instance"] = Alpha.InstanceId,
            ["user"] = Colleague.UserId,
            ["tenant"] = Alpha.TenantId,
            ["link"] = link.Text("id"),
            ["verification"] = verification.Text("id"),
            ["verificationToken"] = verification.Text("token"),
            ["invite"] = World.Group.InviteCode,
            ["token"] = "",
        });
        VerificationToken = verification.Text("token");
        Secrets = [Mark, Alpha.Token, Colleague.Token, Manager.Token, Alpha.TenantId, Alpha.UserId];
    }
}
