using Wuts.Api.Http;
using Wuts.Core.Tenancy;

namespace Wuts.Api.WutsRest;

/// <summary>Fields about users and tenants. Contract wuts 7.</summary>
internal static class UserInput
{
    private const int MaxUrlLength = 2048;

    /// <summary>An e-mail address: one <c>@</c> with something around it and no white space. More is for whoever sends mail.</summary>
    public static string Email(FieldReader fields)
    {
        var email = fields.Required("email", TenantService.MaxEmailLength);
        var at = email.IndexOf('@', StringComparison.Ordinal);
        if (email.Length > 0
            && (at <= 0 || at == email.Length - 1 || at != email.LastIndexOf('@') || email.Any(char.IsWhiteSpace) || email.Any(char.IsControl)))
        {
            fields.Problems.Add("email", "email must be an e-mail address", FieldFault.Malformed, email);
        }

        return email;
    }

    /// <summary>A password, exactly as it is written. It is never repeated.</summary>
    public static string Password(FieldReader fields)
    {
        var before = fields.Problems.Count;
        var password = fields.RawText("password", TenantService.MaxPasswordLength) ?? "";
        if (fields.Problems.Count == before && password.Length < TenantService.MinPasswordLength)
        {
            fields.Problems.Add(
                "password",
                $"password has {TenantService.MinPasswordLength} to {TenantService.MaxPasswordLength} characters",
                password.Length == 0 ? FieldFault.Missing : FieldFault.OutOfRange);
        }

        return password;
    }

    /// <summary>An absolute web address, when there is one.</summary>
    public static string? WebhookUrl(FieldReader fields)
    {
        var url = fields.Text("webhook_url", MaxUrlLength);
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"))
        {
            fields.Problems.Add("webhook_url", "webhook_url must be an absolute URL", FieldFault.Malformed, url);
        }

        return url;
    }

    /// <summary>A role, when there is one.</summary>
    public static Role? Role(FieldReader fields, string name)
    {
        var word = fields.Text(name);
        var role = word is null ? null : TryParse(word);
        if (word is not null && role is null)
        {
            fields.Problems.Add(name, $"{name} is one of user, manager, admin", FieldFault.Malformed, word);
        }

        return role;
    }

    /// <summary>The word for a role.</summary>
    public static string Word(Role role) => role switch
    {
        Core.Tenancy.Role.Admin => "admin",
        Core.Tenancy.Role.Manager => "manager",
        _ => "user",
    };

    private static Role? TryParse(string word) => word switch
    {
        "admin" => Core.Tenancy.Role.Admin,
        "manager" => Core.Tenancy.Role.Manager,
        "user" => Core.Tenancy.Role.User,
        _ => null,
    };
}
