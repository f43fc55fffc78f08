using System.Text.Json;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Control;

/// <summary>
/// Stanzas in JSON: <c>{"tag", "attrs", "content"}</c>. An attribute is a text, a number or <c>{"jid": "…"}</c>; content is a
/// list of stanzas, <c>{"text": "…"}</c>, <c>{"hex": "…"}</c> or <c>{"base64": "…"}</c>.
/// </summary>
internal static class StanzaJson
{
    private const int MaxDepth = 32;

    /// <exception cref="ArgumentException">The JSON describes no stanza; the message says where.</exception>
    public static Node Read(JsonElement json) => Read(json, depth: 0);

    private static Node Read(JsonElement json, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ArgumentException($"A stanza is nested more than {MaxDepth} deep.");
        }

        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("tag", out var tag)
            || tag.ValueKind != JsonValueKind.String
            || tag.GetString() is not { Length: > 0 } name)
        {
            throw new ArgumentException("A stanza is an object with a tag.");
        }

        var attributes = new List<(string, AttributeValue)>();
        if (json.TryGetProperty("attrs", out var attrs))
        {
            if (attrs.ValueKind != JsonValueKind.Object)
            {
                throw new ArgumentException($"attrs of <{name}> is an object.");
            }

            foreach (var attribute in attrs.EnumerateObject())
            {
                attributes.Add((attribute.Name, ReadValue(attribute)));
            }
        }

        var list = attributes.ToArray();
        return !json.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null
            ? new Node(name, list)
            : content.ValueKind == JsonValueKind.Array
                ? new Node(name, list, [.. content.EnumerateArray().Select(child => Read(child, depth + 1))])
                : new Node(name, list, ReadBytes(name, content));
    }

    private static AttributeValue ReadValue(JsonProperty attribute) => attribute.Value.ValueKind switch
    {
        JsonValueKind.String => attribute.Value.GetString(),
        JsonValueKind.Number => attribute.Value.GetRawText(),
        JsonValueKind.Object when attribute.Value.TryGetProperty("jid", out var jid)
            && jid.ValueKind == JsonValueKind.String
            && Jid.TryParse(jid.GetString(), out var address) => address,
        _ => throw new ArgumentException($"Attribute {attribute.Name} is a text, a number or {{\"jid\": \"…\"}} with a valid JID."),
    };

    private static byte[] ReadBytes(string name, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.Object)
        {
            try
            {
                if (content.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                {
                    return System.Text.Encoding.UTF8.GetBytes(text.GetString()!);
                }

                if (content.TryGetProperty("hex", out var hex) && hex.ValueKind == JsonValueKind.String)
                {
                    return Convert.FromHexString(hex.GetString()!);
                }

                if (content.TryGetProperty("base64", out var base64) && base64.ValueKind == JsonValueKind.String)
                {
                    return base64.GetBytesFromBase64();
                }
            }
            catch (FormatException e)
            {
                throw new ArgumentException($"The content of <{name}> is not well-formed.", e);
            }
        }

        throw new ArgumentException($"The content of <{name}> is a list of stanzas, or an object with text, hex or base64.");
    }
}
