using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Wuts.Api.Tests.Live;

/// <summary>
/// An endpoint of a dialect with all its parameters, each with a value that is good. <see cref="ProbeTable"/> has one for every
/// endpoint, in an order in which their owner can call them one after the other.
/// </summary>
/// <param name="Endpoint">Dialect, method and path without base path.</param>
/// <param name="Query">Parameters of the query string, <c>name=value</c>; <c>{name}</c> stands for a value of the scene.</param>
/// <param name="Body">The body, with the same placeholders.</param>
/// <param name="Owner">What the owner of everything that is named gets.</param>
/// <param name="Scope">Who may call it.</param>
internal sealed record Probe(string Endpoint, string[] Query, string? Body = null, int Owner = 200, ProbeScope Scope = ProbeScope.Device)
{
    /// <summary>In place of a value: the parameter is left out.</summary>
    public const string Absent = "<absent>";

    public string Dialect => Endpoint.Split(' ')[0];

    public HttpMethod Method => HttpMethod.Parse(Endpoint.Split(' ')[1]);

    public string Pattern => Endpoint.Split(' ')[2];

    /// <summary>Names of the parts of the path that vary.</summary>
    public IEnumerable<string> PathParameters =>
        Pattern.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));

    /// <summary>Path and query under a route of the endpoint; some values may be replaced, ready for a URL.</summary>
    public string Url(RouteEndpoint route, ProbeValues values, IReadOnlyDictionary<string, string>? replaced = null)
    {
        var path = "/" + route.RoutePattern.RawText!.TrimStart('/');
        foreach (var name in PathParameters)
        {
            path = path.Replace($"{{{name}}}", replaced?.GetValueOrDefault(name) ?? Uri.EscapeDataString(values.OfPath(Pattern, name)), StringComparison.Ordinal);
        }

        var query = Query.Select(parameter => parameter.Split('=', 2))
            .Where(parts => replaced?.GetValueOrDefault(parts[0]) != Absent)
            .Select(parts => $"{parts[0]}={replaced?.GetValueOrDefault(parts[0]) ?? Uri.EscapeDataString(values.Fill(parts[1]))}");
        var text = string.Join('&', query);
        return text.Length == 0 ? path : $"{path}?{text}";
    }

    /// <summary>Calls it.</summary>
    public Task<ApiAnswer> SendAsync(ApiClient client, RouteEndpoint route, ProbeValues values) =>
        client.SendAsync(Method, Url(route, values), Body is null ? null : values.Fill(Body), null);

    /// <summary>The fields of the body.</summary>
    public JsonObject Fields(ProbeValues values) => (JsonObject)JsonNode.Parse(values.Fill(Body!))!;
}

/// <summary>Whom an endpoint is for.</summary>
internal enum ProbeScope
{
    /// <summary>It acts on a device that the call names.</summary>
    Device,

    /// <summary>It acts on something else of a tenant that the call names.</summary>
    Tenant,

    /// <summary>It names nothing: it acts on what the caller has.</summary>
    Own,

    /// <summary>It is for the operator of the platform.</summary>
    Master,

    /// <summary>It is for everybody.</summary>
    Public,
}

/// <summary>The values of one tenant for the placeholders.</summary>
internal sealed class ProbeValues(IReadOnlyDictionary<string, string> values)
{
    /// <summary>Puts values in place of placeholders.</summary>
    public string Fill(string text)
    {
        // What must not be taken already is another text each time.
        text = text.Replace("{unique}", Guid.NewGuid().ToString("N"), StringComparison.Ordinal);
        foreach (var (name, value) in values)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>A value for a part of a path.</summary>
    public string OfPath(string pattern, string name) => name switch
    {
        "jid" when pattern.StartsWith("/groups", StringComparison.Ordinal) => LiveWorld.GroupJid,
        "jid" or "chatId" => "5511999999999@s.whatsapp.net",
        "number" => "5511999999999",
        "lid" => "112233445566778@lid",
        "device_id" or "deviceID" => values["device"],
        "id" when pattern.StartsWith("/v2/groups", StringComparison.Ordinal) => LiveWorld.GroupJid,
        "id" when pattern.StartsWith("/users", StringComparison.Ordinal) => values["user"],
        "id" when pattern.StartsWith("/global/tenants", StringComparison.Ordinal) => values["tenant"],
        "id" when pattern.StartsWith("/identity/links", StringComparison.Ordinal) => values["link"],
        "id" when pattern.StartsWith("/identity/verifications", StringComparison.Ordinal) => values["verification"],
        _ => throw new InvalidOperationException($"There is no value for {name} in {pattern}."),
    };
}
