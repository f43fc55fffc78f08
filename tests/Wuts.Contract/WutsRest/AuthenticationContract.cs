using System.Net;

namespace Wuts.Contract.WutsRest;

/// <summary>Tokens and who may do what with them. Contract wuts 1.2.</summary>
public abstract class AuthenticationContract(GatewayUnderTest gateway) : ContractTests<Team>(gateway)
{
    [Theory]
    [Statement("wuts 1.2", "The scheme word of the Authorization header may be of any case, and may be left out.")]
    [InlineData("Bearer {0}")]
    [InlineData("bearer {0}")]
    [InlineData("BEARER {0}")]
    [InlineData("{0}")]
    public async Task Token_is_read_with_and_without_scheme(string format) =>
        Assert.Equal(HttpStatusCode.OK, (await AskWithAsync("/devices", format.Replace("{0}", Scene.User.Token, StringComparison.Ordinal))).Status);

    [Theory]
    [Statement("wuts 1.2", "A missing or wrong token answers 401 with the full envelope, UNAUTHORIZED and \"Invalid token\".")]
    [InlineData("/contacts", null)]
    [InlineData("/contacts", "Bearer")]
    [InlineData("/contacts", "Bearer nonsense")]
    [InlineData("/contacts", "Basic dXNlcjpwYXNz")]
    [InlineData("/contacts", "Bearer e5f7ebbd-ed1f-47ea-b060-d9afd5c0076d")]
    [InlineData("/status", null)]
    [InlineData("/qr", null)]
    [InlineData("/devices", "Bearer nonsense")]
    [InlineData("/users", null)]
    [InlineData("/groups", null)]
    [InlineData("/chats", "Bearer nonsense")]
    public async Task Missing_or_wrong_token_is_refused(string path, string? header) =>
        (await AskWithAsync(path, header)).Is(
            HttpStatusCode.Unauthorized, """{"success":false,"error":"Invalid token","error_code":"UNAUTHORIZED","timestamp":"<any>"}""");

    [Fact]
    [Statement("wuts 1.2", "The token is never read from the query string or a cookie.")]
    public async Task Token_is_read_from_no_other_place()
    {
        var token = Scene.User.Token;
        var answer = await Gateway.Anyone.GetAsync(
            $"/devices?token={token}&access_token={token}", request => request.Headers.Add("Cookie", $"token={token}"));
        answer.IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    [Statement("wuts 1.2", "The token of a user who is not active answers 401, from the moment of the change; active again, it counts again.")]
    public async Task Inactive_user_is_refused_at_once()
    {
        var user = await Scene.Admin.AddUserAsync("user", Gateway.NextName("user"));
        Assert.Equal(HttpStatusCode.OK, (await user.Http.GetAsync("/devices")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Scene.Admin.Http.PutAsync($"/users/{user.UserId}", """{"active":false}""")).Status);
        (await user.Http.GetAsync("/devices")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "Invalid token");
        Assert.Equal(HttpStatusCode.OK, (await Scene.Admin.Http.PutAsync($"/users/{user.UserId}", """{"active":true}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await user.Http.GetAsync("/devices")).Status);
    }

    [Theory]
    [Statement("wuts 1.2", "The master token on a tenant endpoint answers 403 FORBIDDEN.")]
    [InlineData("GET", "/contacts")]
    [InlineData("GET", "/devices")]
    [InlineData("GET", "/users")]
    [InlineData("GET", "/status")]
    [InlineData("GET", "/qr")]
    [InlineData("POST", "/contacts/resolve")]
    [InlineData("POST", "/logout")]
    public async Task Master_token_is_refused_by_tenant_endpoints(string method, string path) =>
        (await Gateway.Operator.SendAsync(new HttpMethod(method), path, null, null)).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");

    [Theory]
    [Statement("wuts 1.2", "A user token on a master endpoint answers 403 \"master token required\", no or an unknown one 401 \"invalid master token\".")]
    [InlineData("GET", "/tenants")]
    [InlineData("POST", "/register")]
    [InlineData("GET", "/global/tenants/5d0ad0d0-0000-4000-8000-000000000000")]
    [InlineData("DELETE", "/global/tenants/5d0ad0d0-0000-4000-8000-000000000000")]
    public async Task Master_endpoints_want_the_master_token(string method, string path)
    {
        var verb = new HttpMethod(method);
        (await Scene.Admin.Http.SendAsync(verb, path, null, null)).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN", "master token required");
        (await Gateway.Anyone.SendAsync(verb, path, null, null)).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "invalid master token");
        (await new ApiClient(Gateway.Address, "not-the-master-token").SendAsync(verb, path, null, null))
            .IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "invalid master token");
    }

    [Theory]
    [Statement("wuts 1.2", "Users are managed by admins: a manager and a user can neither list nor create them.")]
    [InlineData("manager", "GET")]
    [InlineData("manager", "POST")]
    [InlineData("user", "GET")]
    [InlineData("user", "POST")]
    public async Task Users_are_managed_by_admins(string role, string method) =>
        (await Scene.Of(role).Http.SendAsync(new HttpMethod(method), "/users", null, null)).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");

    [Theory]
    [Statement("wuts 1.2", "Promotion: an admin moves any other user between all roles; a manager makes a user a manager and nothing else.")]
    [InlineData("admin", "user", "admin", true)]
    [InlineData("admin", "manager", "user", true)]
    [InlineData("admin", "admin", "user", true)]
    [InlineData("manager", "user", "manager", true)]
    [InlineData("manager", "user", "admin", false)]
    [InlineData("manager", "manager", "user", false)]
    [InlineData("manager", "admin", "user", false)]
    [InlineData("user", "user", "manager", false)]
    public async Task Promotion_follows_the_rules(string actor, string target, string role, bool allowed)
    {
        var other = await Scene.Admin.AddUserAsync(target, Gateway.NextName("other"));
        var answer = await Scene.Of(actor).Http.PostAsync($"/users/{other.UserId}/promote", $$"""{"new_role":"{{role}}"}""");
        if (!allowed)
        {
            answer.IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
            return;
        }

        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"message":"User role updated successfully","data":{"user_id":"{{{other.UserId}}}",
             "old_role":"{{{target}}}","new_role":"{{{role}}}"}}
            """);
    }

    [Theory]
    [Statement("wuts 1.2", "Nobody changes their own role.")]
    [InlineData("admin", "user")]
    [InlineData("manager", "user")]
    [InlineData("user", "manager")]
    public async Task Nobody_changes_their_own_role(string role, string wanted)
    {
        var caller = await Scene.Admin.AddUserAsync(role, Gateway.NextName("self"));
        (await caller.Http.PostAsync($"/users/{caller.UserId}/promote", $$"""{"new_role":"{{wanted}}"}"""))
            .IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await caller.Http.PutAsync($"/users/{caller.UserId}", $$"""{"role":"{{wanted}}"}""")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Theory]
    [Statement("wuts 1.2", "A manager switches users on and off, and no admin; a user changes nobody.")]
    [InlineData("manager", "user", HttpStatusCode.OK)]
    [InlineData("manager", "admin", HttpStatusCode.Forbidden)]
    [InlineData("user", "user", HttpStatusCode.Forbidden)]
    [InlineData("admin", "manager", HttpStatusCode.OK)]
    public async Task Switching_users_off_depends_on_the_role(string actor, string target, HttpStatusCode expected)
    {
        var other = await Scene.Admin.AddUserAsync(target, Gateway.NextName("other"));
        Assert.Equal(expected, (await Scene.Of(actor).Http.PutAsync($"/users/{other.UserId}", """{"active":false}""")).Status);
    }

    protected override Task<Team> MakeSceneAsync() => Team.MakeAsync(Gateway);

    private Task<ApiAnswer> AskWithAsync(string path, string? header) => Gateway.Anyone.GetAsync(path, request =>
    {
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }
    });
}
