using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.WutsRest;

public sealed class TenantTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    [Statement("wuts 7.2", "POST /register answers 201 with user, tenant, the same token twice, and the webhook keys; the first user is an admin whatever role says.")]
    public async Task Registering_answers_the_documented_shape()
    {
        var answer = await api.Master().PostAsync("/register", """
            {"tenant_name":"Acme Atendimento","email":"admin@acme.com.br","password":"s3nh4-f0rte","role":"user",
             "webhook_url":"https://acme.com.br/wuts/webhook"}
            """);
        answer.Is(HttpStatusCode.Created, """
            {"success":true,
             "user":{"id":"<any>","tenant_id":"<any>","email":"admin@acme.com.br","role":"admin","token":"<any>","active":true,
                     "created_at":"2026-06-15T13:45:02Z","updated_at":"2026-06-15T13:45:02Z"},
             "tenant":{"id":"<any>","name":"Acme Atendimento","created_at":"2026-06-15T13:45:02Z","updated_at":"2026-06-15T13:45:02Z"},
             "token":"<any>","webhook_configured":true,"webhook_url":"https://acme.com.br/wuts/webhook",
             "note":"Webhook will be auto-configured when WhatsApp device is connected"}
            """);
        var body = JsonDocument.Parse(answer.Text).RootElement;
        var token = body.GetProperty("token").GetString()!;
        Assert.Equal(token, body.GetProperty("user").GetProperty("token").GetString());
        Assert.Equal(body.GetProperty("tenant").GetProperty("id").GetString(), body.GetProperty("user").GetProperty("tenant_id").GetString());
        Assert.Equal(HttpStatusCode.OK, (await new ApiClient(api.Address, token).GetAsync("/users")).Status);
    }

    [Fact]
    [Statement("wuts 7.2", "An existing tenant name, whatever its case, and an existing e-mail address are 409 CONFLICT.")]
    public async Task Names_are_unique()
    {
        const string First = """{"tenant_name":"Unique","email":"unique@example.com","password":"s3cret-pass"}""";
        Assert.Equal(HttpStatusCode.Created, (await api.Master().PostAsync("/register", First)).Status);
        var taken = (await api.Master().PostAsync("/register", """{"tenant_name":"UNIQUE","email":"other@example.com","password":"s3cret-pass"}"""))
            .IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
        Assert.StartsWith(
            "tenant already exists - please contact your administrator to ", taken.GetProperty("error").GetString(), StringComparison.Ordinal);
        (await api.Master().PostAsync("/register", """{"tenant_name":"Other","email":"unique@example.com","password":"s3cret-pass"}"""))
            .IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Theory]
    [Statement("wuts 7.2", "tenant_name, email and password are required.")]
    [InlineData("{}", "tenant_name|email|password")]
    [InlineData("""{"tenant_name":" ","email":"a@example.com","password":"s3cret-pass"}""", "tenant_name")]
    public async Task Fields_are_checked(string body, string fields) =>
        (await api.Master().PostAsync("/register", body)).IsInvalid(fields.Split('|'));

    [Fact]
    [Statement("wuts 7.2", "GET /tenants and GET /global/tenants/{id} show id, name and times.")]
    public async Task Tenants_are_shown()
    {
        var tenant = await api.NewTenantAsync();
        var id = tenant.User.TenantId;
        var list = JsonDocument.Parse((await api.Master().GetAsync("/tenants")).Text).RootElement;
        Assert.True(list.GetProperty("success").GetBoolean());
        Assert.Contains(list.GetProperty("tenants").EnumerateArray(), entry => entry.GetProperty("id").GetString() == id.ToString());
        (await api.Master().GetAsync($"/global/tenants/{id}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"id":"{{{id}}}","name":"<any>","created_at":"<any>","updated_at":"<any>"}}
            """);
        (await api.Master().GetAsync($"/global/tenants/{TenantId.New()}"))
            .IsWutsError(HttpStatusCode.NotFound, "TENANT_NOT_FOUND", "tenant not found");
        (await api.Master().GetAsync("/global/tenants/x")).IsWutsError(HttpStatusCode.NotFound, "TENANT_NOT_FOUND");
        (await tenant.Client.GetAsync($"/global/tenants/{id}")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN", "master token required");
    }

    [Fact]
    [Statement("wuts 7.2", "DELETE /global/tenants/{id} removes users, devices and sessions for good and is logged as critical.")]
    public async Task Deleting_removes_everything()
    {
        var tenant = await api.NewTenantAsync();
        var id = tenant.User.TenantId;
        var device = await tenant.AddDeviceAsync();
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.GetAsync("/devices")).Status);
        (await api.Master().DeleteAsync($"/global/tenants/{id}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"message":"Tenant and all related data permanently deleted",
             "data":{"tenant_id":"{{{id}}}","tenant_name":"<any>","deleted_at":"2026-06-15T13:45:02Z"}}
            """);
        Assert.Equal(["destroy"], device.Actor.Calls);
        (await tenant.Client.GetAsync("/devices")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await api.Master().DeleteAsync($"/global/tenants/{id}")).IsWutsError(HttpStatusCode.NotFound, "TENANT_NOT_FOUND");
        Assert.Contains(api.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal) && line.Contains(id.ToString(), StringComparison.Ordinal));
    }
}
