using System.Net;
using System.Text.Json;

namespace Wuts.Contract.WutsRest;

/// <summary>Users of a tenant. Contract wuts 7.1.</summary>
public abstract class UserContract(GatewayUnderTest gateway) : ContractTests<Team>(gateway)
{
    [Fact]
    [Statement("wuts 7.1", "POST /users answers 201 with the user, its token, and the webhook keys with their note.")]
    public async Task Created_user_has_the_documented_shape()
    {
        var email = $"{Gateway.NextName("agent")}@example.com";
        var answer = await Scene.Admin.Http.PostAsync(
            "/users", $$"""{"email":"{{email}}","password":"s3cret-pass","role":"user","webhook_url":"https://app.example.com/webhook"}""");
        answer.Is(HttpStatusCode.Created, $$$"""
            {"success":true,
             "user":{"id":"<any>","tenant_id":"{{{Scene.Admin.TenantId}}}","email":"{{{email}}}","role":"user","token":"<any>","active":true,
                     "created_at":"<any>","updated_at":"<any>"},
             "webhook_configured":true,"webhook_url":"https://app.example.com/webhook",
             "note":"Webhook will be configured when user connects their first WhatsApp device"}
            """);
        var token = JsonDocument.Parse(answer.Text).RootElement.Text("user", "token");
        Assert.Equal(4, Guid.ParseExact(token, "D").Version);
        Assert.Equal(HttpStatusCode.OK, (await new ApiClient(Gateway.Address, token).GetAsync("/devices")).Status);
    }

    [Fact]
    [Statement("wuts 7.1", "The role defaults to user; without webhook_url its key and the note are left out.")]
    public async Task Defaults_are_applied()
    {
        var answer = await Scene.Admin.Http.PostAsync("/users", $$"""{"email":"{{Gateway.NextName("plain")}}@example.com","password":"12345678"}""");
        Assert.Contains("\"role\":\"user\"", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith("},\"webhook_configured\":false}", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 7.1", "email, password (8 to 128 characters) and a known role are required; the password is never repeated.")]
    [InlineData("{}", "email|password")]
    [InlineData("""{"email":"nobody","password":"s3cret-pass"}""", "email")]
    [InlineData("""{"email":"a@b@c","password":"s3cret-pass"}""", "email")]
    [InlineData("""{"email":"a@example.com","password":"1234567"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":7}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"s3cret-pass","role":"boss"}""", "role")]
    [InlineData("""{"email":"a@example.com","password":"s3cret-pass","webhook_url":"ftp://x"}""", "webhook_url")]
    public async Task Fields_are_checked(string body, string fields)
    {
        var answer = await Scene.Admin.Http.PostAsync("/users", body);
        answer.IsInvalid(fields.Split('|'));
        Assert.DoesNotContain("1234567\"", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-pass", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 7.1", "A password has 8 to 128 characters.")]
    [InlineData(8, HttpStatusCode.Created)]
    [InlineData(128, HttpStatusCode.Created)]
    [InlineData(129, HttpStatusCode.BadRequest)]
    public async Task Length_of_a_password_is_limited(int length, HttpStatusCode expected)
    {
        var body = JsonSerializer.Serialize(new { email = $"{Gateway.NextName("pw")}@example.com", password = new string('p', length) });
        Assert.Equal(expected, (await Scene.Admin.Http.PostAsync("/users", body)).Status);
    }

    [Fact]
    [Statement("wuts 7.1", "An e-mail address is unique in the installation, whatever the case: 409 CONFLICT.")]
    public async Task Email_is_unique()
    {
        var stranger = await Gateway.RegisterAsync();
        var name = Gateway.NextName("same");
        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(Scene.Admin, $"{name}@example.com")).Status);
        (await CreateAsync(stranger, $"{name.ToUpperInvariant()}@Example.com")).IsWutsError(HttpStatusCode.Conflict, "CONFLICT");

        static Task<ApiAnswer> CreateAsync(Caller admin, string email) =>
            admin.Http.PostAsync("/users", $$"""{"email":"{{email}}","password":"s3cret-pass"}""");
    }

    [Fact]
    [Statement("wuts 7.1", "GET /users lists the users of the tenant, and of no other, with their tokens.")]
    public async Task List_shows_tokens_to_admins()
    {
        var team = await Team.MakeAsync(Gateway);
        (await team.Admin.Http.GetAsync("/users")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"users":[{{{Shape(team.Admin, "admin")}}},{{{Shape(team.Manager, "manager")}}},{{{Shape(team.User, "user")}}}]}
            """);
    }

    [Theory]
    [Statement("wuts 7.1", "GET /users/{id} answers the user without token, tenant_id behind active.")]
    [InlineData("admin")]
    [InlineData("manager")]
    [InlineData("user")]
    public async Task User_is_shown_without_token(string role)
    {
        var answer = await Scene.Admin.Http.GetAsync($"/users/{Scene.Of(role).UserId}");
        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"id":"{{{Scene.Of(role).UserId}}}","email":"<any>","role":"{{{role}}}","active":true,
             "tenant_id":"{{{Scene.Admin.TenantId}}}","created_at":"<any>","updated_at":"<any>"}}
            """);
        Assert.DoesNotContain(Scene.Of(role).Token, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 7.1", "A user sees itself, a manager everybody of the tenant, an admin too.")]
    [InlineData("user", "user", HttpStatusCode.OK)]
    [InlineData("user", "manager", HttpStatusCode.Forbidden)]
    [InlineData("user", "admin", HttpStatusCode.Forbidden)]
    [InlineData("manager", "admin", HttpStatusCode.OK)]
    [InlineData("manager", "user", HttpStatusCode.OK)]
    [InlineData("admin", "manager", HttpStatusCode.OK)]
    public async Task Seeing_users_depends_on_the_role(string actor, string target, HttpStatusCode expected) =>
        Assert.Equal(expected, (await Scene.Of(actor).Http.GetAsync($"/users/{Scene.Of(target).UserId}")).Status);

    [Fact]
    [Statement("wuts 7.1", "Nobody sees another tenant's users, but the master token does, and does nothing else with them.")]
    public async Task Users_of_other_tenants_do_not_exist()
    {
        var stranger = await Gateway.RegisterAsync();
        var path = $"/users/{Scene.User.UserId}";
        (await stranger.Http.GetAsync(path)).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
        (await stranger.Http.PutAsync(path, """{"active":false}""")).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
        (await stranger.Http.DeleteAsync(path)).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
        Assert.Equal(HttpStatusCode.OK, (await Gateway.Operator.GetAsync(path)).Status);
        (await Gateway.Operator.DeleteAsync(path)).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    [Statement("wuts 7.1", "PUT /users/{id} changes what is given.")]
    public async Task Update_changes_what_is_given()
    {
        var user = await Scene.Admin.AddUserAsync("user", Gateway.NextName("user"));
        (await Scene.Admin.Http.PutAsync($"/users/{user.UserId}", """{"active":false,"role":"manager"}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"message":"User updated successfully"}""");
        var shown = (await Scene.Admin.Http.GetAsync($"/users/{user.UserId}")).Text;
        Assert.Contains("\"role\":\"manager\",\"active\":false", shown, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 7.1", "PUT /users/{id} with an empty body, and with what is no boolean or role, is 400.")]
    [InlineData(null, "active")]
    [InlineData("{}", "active")]
    [InlineData("""{"active":"no"}""", "active")]
    [InlineData("""{"role":"king"}""", "role")]
    public async Task Update_is_checked(string? body, string field) =>
        (await Scene.Admin.Http.PutAsync($"/users/{Scene.User.UserId}", body)).IsInvalid(field);

    [Theory]
    [Statement("wuts 7.1", "new_role is required and one of the three.")]
    [InlineData("{}")]
    [InlineData("""{"new_role":"king"}""")]
    public async Task Promotion_is_checked(string body) =>
        (await Scene.Admin.Http.PostAsync($"/users/{Scene.User.UserId}/promote", body)).IsInvalid("new_role");

    [Fact]
    [Statement("wuts 7.1", "The last active admin of a tenant cannot be deactivated, demoted or deleted: 409; oneself nobody deletes: 400.")]
    public async Task Last_active_admin_stays()
    {
        var admin = await Gateway.RegisterAsync();
        (await admin.Http.PutAsync($"/users/{admin.UserId}", """{"active":false}""")).IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
        (await admin.Http.DeleteAsync($"/users/{admin.UserId}")).IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        var second = await admin.AddUserAsync("admin", Gateway.NextName("admin"));
        Assert.Equal(HttpStatusCode.OK, (await second.Http.PutAsync($"/users/{admin.UserId}", """{"active":false}""")).Status);
        (await second.Http.PutAsync($"/users/{second.UserId}", """{"active":false}""")).IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    [Statement("wuts 7.1", "DELETE /users/{id} logs out and removes the user's devices, and its token ends; managers delete nobody.")]
    public async Task Deleted_user_is_unlinked_at_WhatsApp()
    {
        var owner = await Scene.Admin.AddUserAsync("user", Gateway.NextName("owner"));
        var linked = await Gateway.LinkAsync(owner);
        (await Scene.Manager.Http.DeleteAsync($"/users/{owner.UserId}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await Scene.Admin.Http.DeleteAsync($"/users/{owner.UserId}"))
            .Is(HttpStatusCode.OK, """{"success":true,"message":"User permanently deleted"}""");
        Assert.Empty(linked.Account.Devices);
        (await owner.Http.GetAsync("/devices")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await Scene.Admin.Http.GetAsync($"/groups?device_id={linked.DeviceId}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        (await Scene.Admin.Http.DeleteAsync($"/users/{owner.UserId}")).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
    }

    protected override Task<Team> MakeSceneAsync() => Team.MakeAsync(Gateway);

    private static string Shape(Caller user, string role) => $$"""
        {"id":"{{user.UserId}}","tenant_id":"{{user.TenantId}}","email":"<any>","role":"{{role}}","token":"{{user.Token}}",
         "active":true,"created_at":"<any>","updated_at":"<any>"}
        """;
}
