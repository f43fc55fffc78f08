using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core.Tenancy;

namespace Wuts.Api.WutsRest;

/// <summary>Tenants, for the operator of the platform. Contract wuts 7.2.</summary>
internal static class TenantEndpoints
{
    public static async Task<Reply> RegisterAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var name = fields.Required("tenant_name", TenantService.MaxTenantNameLength);
        var email = UserInput.Email(fields);
        var password = UserInput.Password(fields);
        var webhookUrl = UserInput.WebhookUrl(fields);
        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        var outcome = await call.Api.Tenants.RegisterAsync(name, email, password, webhookUrl, call.Aborted);
        if (!outcome.TryGet(out var registered, out var refusal))
        {
            return UserJson.Explain(refusal);
        }

        return WutsReply.Flat(
            json =>
            {
                json.WritePropertyName("user"u8);
                UserJson.Write(json, registered.Admin);
                json.WriteStartObject("tenant"u8);
                UserJson.WriteMembers(json, registered.Tenant);
                json.WriteEndObject();
                json.WriteString("token"u8, registered.Admin.Token);
                UserJson.WriteWebhook(json, webhookUrl, "Webhook will be auto-configured when WhatsApp device is connected"u8);
            },
            StatusCodes.Status201Created);
    }

    public static async Task<Reply> ListAsync(Call call)
    {
        var tenants = await call.Api.Tenants.ListTenantsAsync(call.Aborted);
        return WutsReply.Flat(json =>
        {
            json.WriteStartArray("tenants"u8);
            foreach (var tenant in tenants)
            {
                json.WriteStartObject();
                UserJson.WriteMembers(json, tenant);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public static async Task<Reply> GetAsync(Call call)
    {
        if (!TenantId.TryParse(call.Route("id"), out var id))
        {
            return UserJson.Explain(TenancyRefusal.NoTenant);
        }

        var outcome = await call.Api.Tenants.FindTenantAsync(id, call.Aborted);
        return outcome.TryGet(out var tenant, out var refusal)
            ? WutsReply.Data(json => UserJson.WriteMembers(json, tenant))
            : UserJson.Explain(refusal);
    }

    public static async Task<Reply> DeleteAsync(Call call)
    {
        if (!TenantId.TryParse(call.Route("id"), out var id))
        {
            return UserJson.Explain(TenancyRefusal.NoTenant);
        }

        var outcome = await call.Api.Tenants.DeleteTenantAsync(id, call.Aborted);
        if (!outcome.TryGet(out var tenant, out var refusal))
        {
            return UserJson.Explain(refusal);
        }

        call.Api.Devices.Forget();
        ApiLog.TenantDeleted(call.Api.Log, tenant.Id.ToString());
        var deletedAt = call.Api.Time.GetUtcNow();
        return WutsReply.Flat(json =>
        {
            json.WriteString("message"u8, "Tenant and all related data permanently deleted"u8);
            json.WriteStartObject("data"u8);
            json.WriteString("tenant_id"u8, tenant.Id.ToString());
            json.WriteString("tenant_name"u8, tenant.Name);
            json.WriteTime("deleted_at"u8, deletedAt);
            json.WriteEndObject();
        });
    }
}
