using System.Net;
using System.Text.Json;

namespace Wuts.Contract.WutsRest;

/// <summary>Tenants, which the operator makes and removes. Contract wuts 7.2.</summary>
public abstract class TenantContract(GatewayUnderTest gateway) : ContractTests(gateway)
{
    [Theory]
    [Statement("wuts 7.2", "POST /register answers 201 with user, tenant, the same token twice, and the webhook keys; the first user is an admin whatever role says.")]
    [InlineData("admin")]
    [InlineData("user")]
    public async Task Registration_has_the_documented_shape(string role)
    {
        var name = Gateway.NextName("Acme Atendimento ");
        var email = $"{Gateway.NextName("admin")}@acme.com.br";
        var answer = await Gateway.Operator.PostAsync("/register", $$"""
            {"tenant_name":"{{name}}","email":"{{email}}","password":"s3nh4-f0rte","role":"{{role}}",
             "webhook_url":"https://acme.com.br/wuts/webhook"}
            """);
        answer.Is(HttpStatusCode.Created, $$$"""
            {"success":true,
             "user":{"id":"<any>","tenant_id":"<any>","email":"{{{email}}}","role":"admin","token":"<any>","active":true,
                     "created_at":"<any>","updated_at":"<any>"},
             "tenant":{"id":"<any>","name":"{{{name}}}","created_at":"<any>","updated_at":"<any>"},
             "token":"<any>","webhook_configured":true,"webhook_url":"https://acme.com.br/wuts/webhook",
             "note":"Webhook will be auto-configured when WhatsApp device is connected"}
            """);
        var body = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Equal(body.Text("token"), body.Text("user", "token"));
        Assert.Equal(body.Text("tenant", "id"), body.Text("user", "tenant_id"));
        Assert.Equal(HttpStatusCode.OK, (await new ApiClient(Gateway.Address, body.Text("token")).GetAsync("/users")).Status);
    }

    [Fact]
    [Statement("wuts 7.2", "An existing tenant name, whatever its case, and an existing e-mail address are 409 CONFLICT.")]
    public async Task Names_are_unique()
    {
        var name = Gateway.NextName("unique");
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(name, $"{name}@example.com")).Status);
        var taken = (await RegisterAsync(name.ToUpperInvariant(), $"other-{name}@example.com")).IsWutsError(HttpStatusCode.Conflict, "CONFLICT");
        Assert.StartsWith("tenant already exists - please contact your administrator to ", taken.Text("error"), StringComparison.Ordinal);
        (await RegisterAsync($"other-{name}", $"{name}@example.com")).IsWutsError(HttpStatusCode.Conflict, "CONFLICT");

        Task<ApiAnswer> RegisterAsync(string tenant, string email) => Gateway.Operator.PostAsync(
            "/register", $$"""{"tenant_name":"{{tenant}}","email":"{{email}}","password":"s3cret-pass"}""");
    }

    [Theory]
    [Statement("wuts 7.2", "tenant_name, email and password are required.")]
    [InlineData("{}", "tenant_name|email|password")]
    [InlineData("""{"tenant_name":" ","email":"a@example.com","password":"s3cret-pass"}""", "tenant_name")]
    [InlineData("""{"tenant_name":"A","password":"s3cret-pass"}""", "email")]
    [InlineData("""{"tenant_name":"A","email":"a@example.com"}""", "password")]
    public async Task Fields_are_checked(string body, string fields) =>
        (await Gateway.Operator.PostAsync("/register", body)).IsInvalid(fields.Split('|'));

    [Fact]
    [Statement("wuts 7.2", "GET /tenants and GET /global/tenants/{id} show id, name and times.")]
    public async Task Tenants_are_shown()
    {
        var tenant = await Gateway.RegisterAsync();
        var list = Caller.Json(await Gateway.Operator.GetAsync("/tenants"));
        var listed = Assert.Single(list.GetProperty("tenants").EnumerateArray(), entry => entry.Text("id") == tenant.TenantId);
        Assert.Equal(["id", "name", "created_at", "updated_at"], listed.EnumerateObject().Select(property => property.Name));
        (await Gateway.Operator.GetAsync($"/global/tenants/{tenant.TenantId}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"id":"{{{tenant.TenantId}}}","name":"{{{listed.Text("name")}}}","created_at":"<any>","updated_at":"<any>"}}
            """);
    }

    [Theory]
    [Statement("wuts 7.2", "An unknown tenant is 404 TENANT_NOT_FOUND \"tenant not found\".")]
    [InlineData("GET", "5d0ad0d0-0000-4000-8000-000000000000")]
    [InlineData("GET", "x")]
    [InlineData("DELETE", "5d0ad0d0-0000-4000-8000-000000000000")]
    [InlineData("DELETE", "x")]
    public async Task Unknown_tenant_is_not_found(string method, string id) =>
        (await Gateway.Operator.SendAsync(new HttpMethod(method), $"/global/tenants/{id}", null, null))
            .IsWutsError(HttpStatusCode.NotFound, "TENANT_NOT_FOUND", "tenant not found");

    [Fact]
    [Statement("wuts 7.2", "DELETE /global/tenants/{id} removes users, devices and sessions for good.")]
    public async Task Deleting_removes_everything()
    {
        var linked = await Gateway.LinkAsync();
        var id = linked.Caller.TenantId;
        (await Gateway.Operator.DeleteAsync($"/global/tenants/{id}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"message":"Tenant and all related data permanently deleted",
             "data":{"tenant_id":"{{{id}}}","tenant_name":"<any>","deleted_at":"<any>"}}
            """);
        Assert.Empty(linked.Account.Devices);
        (await linked.Http.GetAsync("/devices")).IsWutsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await Gateway.Operator.DeleteAsync($"/global/tenants/{id}")).IsWutsError(HttpStatusCode.NotFound, "TENANT_NOT_FOUND");
    }
}
