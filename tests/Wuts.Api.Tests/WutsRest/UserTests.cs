using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.WutsRest;

public sealed class UserTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    [Statement("wuts 7.1", "POST /users answers 201 with the user, its token, and the webhook keys with their note.")]
    public async Task Creating_a_user_answers_the_documented_shape()
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync(
            "/users", """{"email":"agent@example.com","password":"s3cret-pass","role":"user","webhook_url":"https://app.example.com/webhook"}""");
        answer.Is(HttpStatusCode.Created, $$$"""
            {"success":true,
             "user":{"id":"<any>","tenant_id":"{{{tenant.User.TenantId}}}","email":"agent@example.com","role":"user","token":"<any>","active":true,
                     "created_at":"2026-06-15T13:45:02Z","updated_at":"2026-06-15T13:45:02Z"},
             "webhook_configured":true,"webhook_url":"https://app.example.com/webhook",
             "note":"Webhook will be configured when user connects their first WhatsApp device"}
            """);
        var token = JsonDocument.Parse(answer.Text).RootElement.GetProperty("user").GetProperty("token").GetString()!;
        Assert.Equal(4, Guid.ParseExact(token, "D").Version);
        Assert.Equal(HttpStatusCode.OK, (await new ApiClient(api.Address, token).GetAsync("/devices")).Status);
    }

    [Fact]
    [Statement("wuts 7.1", "The role defaults to user; without webhook_url its key and the note are left out.")]
    public async Task Defaults_are_applied()
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync("/users", """{"email":"plain@example.com","password":"12345678"}""");
        Assert.Contains("\"role\":\"user\"", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith("},\"webhook_configured\":false}", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 7.1", "email, password (8 to 128 characters) and a known role are required; the password is never repeated.")]
    [InlineData("{}", "email|password")]
    [InlineData("""{"email":"nobody","password":"s3cret-pass"}""", "email")]
    [InlineData("""{"email":"a@b@c","password":"s3cret-pass"}""", "email")]
    [InlineData("""{"email":"a@example.com","password":"1234567"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"s3cret-pass","role":"boss"}""", "role")]
    [InlineData("""{"email":"a@example.com","password":"s3cret-pass","webhook_url":"ftp://x"}""", "webhook_url")]
    public async Task Fields_are_checked(string body, string fields)
    {
        var tenant = await api.NewTenantAsync();
        var answer = await tenant.Client.PostAsync("/users", body);
        answer.IsInvalid(fields.Split('|'));
        Assert.DoesNotContain("1234567\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, HttpStatusCode.Created)]
    [InlineData(128, HttpStatusCode.Created)]
    [InlineData(129, HttpStatusCode.BadRequest)]
    public async Task The_length_of_a_password_is_limited(int length, HttpStatusCode expected)
    {
        var tenant = await api.NewTenantAsync();
        var body = JsonSerializer.Serialize(new { email = $"pw{length}@example.com", password = new string('p', length) });
        Assert.Equal(expected, (await tenant.Client.PostAsync("/users", body)).Status);
    }

    [Fact]
    [Statement("wuts 7.1", "An e-mail address is unique in the installation, whatever the case: 409 CONFLICT.")]
    public async Task An_email_is_unique()
    {
        var one = await api.NewTenantAsync();
        var other = await api.NewTenantAsync();
        await one.Client.PostAsync("/users", """{"email":"same@example.com","password":"s3cret-pass"}""");
        (await other.Client.PostAsync("/users", """{"email":"SAME@Example.com","password":"s3cret-pass"}"""))
            .IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    [Statement("wuts 7.1", "GET /users lists the users of the tenant with their tokens, for admins only.")]
    public async Task Listing_shows_tokens_to_admins()
    {
        var tenant = await api.NewTenantAsync();
        await api.NewTenantAsync();
        var user = await tenant.AddUserAsync(Role.Manager);
        (await tenant.Client.GetAsync("/users")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"users":[{{{Shape(tenant, "admin")}}},{{{Shape(user, "manager")}}}]}
            """);
        (await user.Client.GetAsync("/users")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await user.Client.PostAsync("/users", "{}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    [Statement("wuts 7.1", "GET /users/{id} answers the user without token, tenant_id behind active.")]
    public async Task A_user_is_shown_without_token()
    {
        var tenant = await api.NewTenantAsync();
        var user = await tenant.AddUserAsync(Role.User);
        var answer = await tenant.Client.GetAsync($"/users/{user.User.Id}");
        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"id":"{{{user.User.Id}}}","email":"{{{user.User.Email}}}","role":"user","active":true,
             "tenant_id":"{{{tenant.User.TenantId}}}","created_at":"<any>","updated_at":"<any>"}}
            """);
        Assert.DoesNotContain(user.Token, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wuts 7.1", "A user sees itself, a manager everybody of the tenant; nobody sees another tenant's users, but the master token does.")]
    public async Task Who_may_see_whom()
    {
        var tenant = await api.NewTenantAsync();
        var manager = await tenant.AddUserAsync(Role.Manager);
        var user = await tenant.AddUserAsync(Role.User);
        var stranger = await api.NewTenantAsync();
        Assert.Equal(HttpStatusCode.OK, (await user.Client.GetAsync($"/users/{user.User.Id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await manager.Client.GetAsync($"/users/{tenant.User.Id}")).Status);
        (await user.Client.GetAsync($"/users/{manager.User.Id}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await stranger.Client.GetAsync($"/users/{user.User.Id}")).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
        (await tenant.Client.GetAsync("/users/nobody")).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
        Assert.Equal(HttpStatusCode.OK, (await api.Master().GetAsync($"/users/{user.User.Id}")).Status);
        (await api.Master().DeleteAsync($"/users/{user.User.Id}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    [Statement("wuts 7.1", "PUT /users/{id} changes what is given; an empty body is 400.")]
    public async Task Updating_changes_what_is_given()
    {
        var tenant = await api.NewTenantAsync();
        var user = await tenant.AddUserAsync(Role.User);
        var path = $"/users/{user.User.Id}";
        (await tenant.Client.PutAsync(path, """{"active":false,"role":"manager"}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"message":"User updated successfully"}""");
        var shown = (await tenant.Client.GetAsync(path)).Text;
        Assert.Contains("\"role\":\"manager\",\"active\":false", shown, StringComparison.Ordinal);
        (await tenant.Client.PutAsync(path, "{}")).IsInvalid("active");
        (await tenant.Client.PutAsync(path)).IsInvalid("active");
        (await tenant.Client.PutAsync(path, """{"active":"no"}""")).IsInvalid("active");
        (await tenant.Client.PutAsync($"/users/{UserId.New()}", """{"active":true}""")).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
    }

    [Theory]
    [Statement("wuts 1.2", "Promotion: an admin moves any other user between all roles; a manager makes a user a manager and nothing else; nobody moves themselves.")]
    [InlineData(Role.Admin, Role.User, "admin", true)]
    [InlineData(Role.Admin, Role.Manager, "user", true)]
    [InlineData(Role.Admin, Role.Admin, "user", true)]
    [InlineData(Role.Manager, Role.User, "manager", true)]
    [InlineData(Role.Manager, Role.User, "admin", false)]
    [InlineData(Role.Manager, Role.Manager, "user", false)]
    [InlineData(Role.Manager, Role.Admin, "user", false)]
    [InlineData(Role.User, Role.User, "manager", false)]
    public async Task Promotion_follows_the_rules(Role actor, Role target, string role, bool allowed)
    {
        var tenant = await api.NewTenantAsync();
        var caller = await tenant.AddUserAsync(actor);
        var other = await tenant.AddUserAsync(target);
        var answer = await caller.Client.PostAsync($"/users/{other.User.Id}/promote", $$"""{"new_role":"{{role}}"}""");
        if (!allowed)
        {
            answer.IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
            return;
        }

        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"message":"User role updated successfully","data":{"user_id":"{{{other.User.Id}}}",
             "old_role":"{{{target.ToString().ToLowerInvariant()}}}","new_role":"{{{role}}}"}}
            """);
    }

    [Fact]
    [Statement("wuts 1.2", "Nobody changes their own role; new_role is required and one of the three.")]
    public async Task Nobody_promotes_themselves()
    {
        var tenant = await api.NewTenantAsync();
        var second = await tenant.AddUserAsync(Role.Admin);
        (await second.Client.PostAsync($"/users/{second.User.Id}/promote", """{"new_role":"user"}"""))
            .IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await tenant.Client.PostAsync($"/users/{second.User.Id}/promote", "{}")).IsInvalid("new_role");
        (await tenant.Client.PostAsync($"/users/{second.User.Id}/promote", """{"new_role":"king"}""")).IsInvalid("new_role");
    }

    [Fact]
    [Statement("wuts 1.2", "A manager switches users and managers on and off, and no admin; a user changes nobody.")]
    public async Task A_manager_may_not_switch_off_an_admin()
    {
        var tenant = await api.NewTenantAsync();
        var manager = await tenant.AddUserAsync(Role.Manager);
        var user = await tenant.AddUserAsync(Role.User);
        Assert.Equal(HttpStatusCode.OK, (await manager.Client.PutAsync($"/users/{user.User.Id}", """{"active":false}""")).Status);
        (await manager.Client.PutAsync($"/users/{tenant.User.Id}", """{"active":false}""")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        var other = await tenant.AddUserAsync(Role.User);
        (await other.Client.PutAsync($"/users/{other.User.Id}", """{"active":false}""")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    [Statement("wuts 7.1", "The last active admin of a tenant cannot be deactivated, demoted or deleted: 409.")]
    public async Task The_last_active_admin_stays()
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.PutAsync($"/users/{tenant.User.Id}", """{"active":false}""")).IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
        var second = await tenant.AddUserAsync(Role.Admin);
        Assert.Equal(HttpStatusCode.OK, (await second.Client.PutAsync($"/users/{tenant.User.Id}", """{"active":false}""")).Status);
        (await second.Client.PutAsync($"/users/{second.User.Id}", """{"active":false}""")).IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    [Statement("wuts 7.1", "Two admins who demote each other at once do not leave a tenant without an admin.")]
    public async Task Two_demotions_at_once_leave_an_admin()
    {
        var tenant = await api.NewTenantAsync();
        var second = await tenant.AddUserAsync(Role.Admin);
        var answers = await Task.WhenAll(
            tenant.Client.PostAsync($"/users/{second.User.Id}/promote", """{"new_role":"user"}"""),
            second.Client.PostAsync($"/users/{tenant.User.Id}/promote", """{"new_role":"user"}"""));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    [Statement("wuts 7.1", "DELETE /users/{id} removes the user with its devices; nobody deletes themselves; managers delete nobody.")]
    public async Task Deleting_removes_devices_too()
    {
        var tenant = await api.NewTenantAsync();
        var manager = await tenant.AddUserAsync(Role.Manager);
        var user = await tenant.AddUserAsync(Role.User);
        var device = await user.AddDeviceAsync();
        (await manager.Client.DeleteAsync($"/users/{user.User.Id}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await tenant.Client.DeleteAsync($"/users/{tenant.User.Id}")).IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        (await tenant.Client.DeleteAsync($"/users/{user.User.Id}"))
            .Is(HttpStatusCode.OK, """{"success":true,"message":"User permanently deleted"}""");
        Assert.Equal(["destroy"], device.Actor.Calls);
        (await user.Client.GetAsync("/devices")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await tenant.Client.GetAsync($"/groups?device_id={device.Id}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        (await tenant.Client.DeleteAsync($"/users/{user.User.Id}")).IsWutsError(HttpStatusCode.NotFound, "USER_NOT_FOUND");
    }

    private static string Shape(TestUser user, string role) => $$"""
        {"id":"{{user.User.Id}}","tenant_id":"{{user.User.TenantId}}","email":"{{user.User.Email}}","role":"{{role}}","token":"{{user.Token}}",
         "active":true,"created_at":"<any>","updated_at":"<any>"}
        """;
}
