using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core.Tenancy;

namespace Wuts.Api.WutsRest;

/// <summary>Users of the caller's tenant. Contract wuts 7.1.</summary>
internal static class UserEndpoints
{
    public static async Task<Reply> ListAsync(Call call)
    {
        var outcome = await call.Api.Tenants.ListUsersAsync(call.User, call.Aborted);
        if (!outcome.TryGet(out var list, out var refusal))
        {
            return UserJson.Explain(refusal);
        }

        return WutsReply.Flat(json =>
        {
            json.WriteStartArray("users"u8);
            foreach (var user in list.Users)
            {
                UserJson.Write(json, user);
            }

            json.WriteEndArray();
        });
    }

    public static async Task<Reply> CreateAsync(Call call)
    {
        if (call.User.Role != Role.Admin)
        {
            return new Problem.Forbidden(Refusal.Role);
        }

        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var email = UserInput.Email(fields);
        var password = UserInput.Password(fields);
        var role = UserInput.Role(fields, "role") ?? Role.User;
        var webhookUrl = UserInput.WebhookUrl(fields);
        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        var outcome = await call.Api.Tenants.CreateUserAsync(call.User, email, password, role, webhookUrl, call.Aborted);
        if (!outcome.TryGet(out var user, out var refusal))
        {
            return UserJson.Explain(refusal);
        }

        return WutsReply.Flat(
            json =>
            {
                json.WritePropertyName("user"u8);
                UserJson.Write(json, user);
                UserJson.WriteWebhook(json, webhookUrl, "Webhook will be configured when user connects their first WhatsApp device"u8);
            },
            StatusCodes.Status201Created);
    }

    /// <summary>The one endpoint for which the master token stands in for a user's.</summary>
    public static async Task<Reply> GetAsync(Call call)
    {
        if (!UserId.TryParse(call.Route("id"), out var id))
        {
            return UserJson.Explain(TenancyRefusal.NoUser);
        }

        var outcome = call.Caller is Caller.Member { User: var actor }
            ? await call.Api.Tenants.FindUserAsync(actor, id, call.Aborted)
            : await call.Api.Tenants.FindUserAsync(id, call.Aborted);
        if (!outcome.TryGet(out var user, out var refusal))
        {
            return UserJson.Explain(refusal);
        }

        return WutsReply.Data(json =>
        {
            json.WriteString("id"u8, user.Id.ToString());
            json.WriteString("email"u8, user.Email);
            json.WriteString("role"u8, UserInput.Word(user.Role));
            json.WriteBoolean("active"u8, user.Active);
            json.WriteString("tenant_id"u8, user.TenantId.ToString());
            json.WriteTime("created_at"u8, user.CreatedAt);
            json.WriteTime("updated_at"u8, user.UpdatedAt);
        });
    }

    public static async Task<Reply> UpdateAsync(Call call)
    {
        if (call.User.Role == Role.User)
        {
            return new Problem.Forbidden(Refusal.Role);
        }

        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var active = fields.Boolean("active");
        var role = UserInput.Role(fields, "role");
        if (active is null && role is null && fields.Problems.Count == 0)
        {
            fields.Problems.Add("active", "active or role is required", FieldFault.Missing);
        }

        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        var (change, problem) = await ChangeAsync(call, active, role);
        return change is null ? problem! : WutsReply.Message("User updated successfully");
    }

    public static async Task<Reply> PromoteAsync(Call call)
    {
        if (call.User.Role == Role.User)
        {
            return new Problem.Forbidden(Refusal.Role);
        }

        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var fields = body.Fields();
        var role = UserInput.Role(fields, "new_role");
        if (role is null && fields.Problems.Count == 0)
        {
            fields.Problems.Add("new_role", "new_role is required", FieldFault.Missing);
        }

        if (fields.Problem is { } invalid)
        {
            return invalid;
        }

        var (change, problem) = await ChangeAsync(call, active: null, role);
        return change is null ? problem! : WutsReply.Flat(json =>
        {
            json.WriteString("message"u8, "User role updated successfully"u8);
            json.WriteStartObject("data"u8);
            json.WriteString("user_id"u8, change.After.Id.ToString());
            json.WriteString("old_role"u8, UserInput.Word(change.Before.Role));
            json.WriteString("new_role"u8, UserInput.Word(change.After.Role));
            json.WriteEndObject();
        });
    }

    public static async Task<Reply> DeleteAsync(Call call)
    {
        if (call.User.Role != Role.Admin)
        {
            return new Problem.Forbidden(Refusal.Role);
        }

        if (!UserId.TryParse(call.Route("id"), out var id))
        {
            return UserJson.Explain(TenancyRefusal.NoUser);
        }

        var outcome = await call.Api.Tenants.DeleteUserAsync(call.User, id, call.Aborted);
        call.Api.Devices.Forget();
        return outcome.TryGet(out _, out var refusal) ? WutsReply.Message("User permanently deleted") : UserJson.Explain(refusal);
    }

    private static async Task<(UserChange? Change, Problem? Problem)> ChangeAsync(Call call, bool? active, Role? role)
    {
        if (!UserId.TryParse(call.Route("id"), out var id))
        {
            return (null, UserJson.Explain(TenancyRefusal.NoUser));
        }

        var outcome = await call.Api.Tenants.UpdateUserAsync(call.User, id, active, role, call.Aborted);
        return outcome.TryGet(out var change, out var refusal) ? (change, null) : (null, UserJson.Explain(refusal));
    }
}
