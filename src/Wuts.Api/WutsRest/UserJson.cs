using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core.Tenancy;

namespace Wuts.Api.WutsRest;

/// <summary>Users and tenants as the contract writes them, and what their rules answer. Contract wuts 7.</summary>
internal static class UserJson
{
    /// <summary>A user with the token.</summary>
    public static void Write(Utf8JsonWriter json, UserWithToken user)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, user.User.Id.ToString());
        json.WriteString("tenant_id"u8, user.User.TenantId.ToString());
        json.WriteString("email"u8, user.User.Email);
        json.WriteString("role"u8, UserInput.Word(user.User.Role));
        json.WriteString("token"u8, user.Token);
        json.WriteBoolean("active"u8, user.User.Active);
        json.WriteTime("created_at"u8, user.User.CreatedAt);
        json.WriteTime("updated_at"u8, user.User.UpdatedAt);
        json.WriteEndObject();
    }

    /// <summary>What is inside of a tenant's object.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Tenant tenant)
    {
        json.WriteString("id"u8, tenant.Id.ToString());
        json.WriteString("name"u8, tenant.Name);
        json.WriteTime("created_at"u8, tenant.CreatedAt);
        json.WriteTime("updated_at"u8, tenant.UpdatedAt);
    }

    /// <summary>The keys about the webhook that an answer about a new user ends with.</summary>
    public static void WriteWebhook(Utf8JsonWriter json, string? url, ReadOnlySpan<byte> note)
    {
        json.WriteBoolean("webhook_configured"u8, url is not null);
        if (url is not null)
        {
            json.WriteString("webhook_url"u8, url);
            json.WriteString("note"u8, note);
        }
    }

    /// <summary>The answer to a refusal.</summary>
    public static Problem Explain(TenancyRefusal refusal) => refusal switch
    {
        TenancyRefusal.NotAllowed => new Problem.Forbidden(Refusal.Role),
        TenancyRefusal.NoUser => new Problem.Own(StatusCodes.Status404NotFound, "USER_NOT_FOUND", "user not found"),
        TenancyRefusal.NoTenant => new Problem.Own(StatusCodes.Status404NotFound, "TENANT_NOT_FOUND", "tenant not found"),
        TenancyRefusal.TenantExists => new Problem.Own(
            StatusCodes.Status409Conflict, WutsErrors.Conflict,
            "tenant already exists - please contact your administrator to get access"),
        TenancyRefusal.EmailExists => new Problem.Own(StatusCodes.Status409Conflict, WutsErrors.Conflict, "email already exists"),
        TenancyRefusal.LastAdmin => new Problem.Own(
            StatusCodes.Status409Conflict, WutsErrors.Conflict, "the last active admin of a tenant cannot be removed"),
        TenancyRefusal.Oneself => new Problem.Own(StatusCodes.Status400BadRequest, WutsErrors.Validation, "you cannot delete yourself"),
        _ => new Problem.Internal(),
    };
}
