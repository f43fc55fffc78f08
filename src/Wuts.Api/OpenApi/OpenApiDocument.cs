using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuts.Api.OpenApi;

/// <summary>
/// The description of every path, OpenAPI 3.1. It is written by hand, a file for each part of the API, and put together here: what
/// the contracts promise is more exact than what could be read off the code.
/// </summary>
internal static class OpenApiDocument
{
    // The order of the parts is the order of the document.
    private static readonly string[] Parts =
    [
        "wuts-common", "wuts-devices", "wuts-pairing", "wuts-connection", "wuts-contacts", "wuts-profiles",
        "wuts-pictures", "wuts-numbers", "wuts-blocklist", "wuts-app-state", "wuts-groups", "identity-verifications",
        "identity-links", "wuts-users", "wuts-tenants", "device-profile-common", "device-profile-contacts",
        "device-profile-devices", "wawp-common", "wawp-contacts", "wawp-blocklist", "wawp-chats", "wawp-lids",
        "wawp-groups", "wawp-group", "wawp-sessions", "wawp-login", "operations",
    ];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Lazy<byte[]> Encoded = new(() => JsonSerializer.SerializeToUtf8Bytes(Compose(), Readable));

    /// <summary>The document as it is served.</summary>
    public static ReadOnlyMemory<byte> Utf8 => Encoded.Value;

    /// <summary>Puts the parts together.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or two parts describe the same thing.</exception>
    public static JsonObject Compose()
    {
        var document = Read("document");
        foreach (var part in Parts)
        {
            Merge(document, Read(part), part, depth: 2);
        }

        return document;
    }

    private static JsonObject Read(string part)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Wuts.Api.OpenApi.{part}.json")
            ?? throw new InvalidDataException($"The part {part} of the API description is missing.");
        return JsonNode.Parse(stream)!.AsObject();
    }

    // Down to the names of paths and components, which must be unique; components stand one level deeper.
    private static void Merge(JsonObject into, JsonObject from, string part, int depth)
    {
        foreach (var (name, value) in from.ToList())
        {
            from.Remove(name);
            if (!into.TryGetPropertyValue(name, out var present))
            {
                into[name] = value;
            }
            else if (depth > 0 && present is JsonObject target && value is JsonObject source && !name.StartsWith('/'))
            {
                Merge(target, source, part, depth - 1);
            }
            else
            {
                throw new InvalidDataException($"The part {part} of the API description describes {name} once more.");
            }
        }
    }
}
