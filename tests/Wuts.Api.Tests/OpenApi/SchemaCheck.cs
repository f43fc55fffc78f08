using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuts.Api.Tests.OpenApi;

/// <summary>
/// Whether a value fits a schema, for the words of JSON Schema that the document uses. A word that is not known here is a fault, so
/// that no schema is weaker than it looks.
/// </summary>
internal sealed class SchemaCheck(JsonObject document)
{
    private static readonly HashSet<string> Notes = ["description", "contentMediaType", "example"];

    /// <summary>What does not fit, with where; empty when all does.</summary>
    public IReadOnlyList<string> Faults(JsonNode? value, JsonNode schema, string at = "$")
    {
        var faults = new List<string>();
        Check(value, schema.AsObject(), at, faults);
        return faults;
    }

    /// <summary>What a reference leads to.</summary>
    public JsonNode Resolve(string reference)
    {
        Assert.StartsWith("#/", reference, StringComparison.Ordinal);
        JsonNode? node = document;
        foreach (var step in reference[2..].Split('/'))
        {
            node = node?[step];
        }

        Assert.True(node is not null, $"{reference} leads nowhere.");
        return node;
    }

    private void Check(JsonNode? value, JsonObject schema, string at, List<string> faults)
    {
        foreach (var (word, rule) in schema)
        {
            switch (word)
            {
                case "$ref":
                    Check(value, Resolve(rule!.GetValue<string>()).AsObject(), at, faults);
                    break;
                case "type":
                    var types = rule is JsonArray many ? many.Select(type => type!.GetValue<string>()) : [rule!.GetValue<string>()];
                    Expect(types.Contains(TypeOf(value)) || (types.Contains("number") && TypeOf(value) == "integer"), at, $"is {TypeOf(value)}", faults);
                    break;
                case "properties":
                    foreach (var (name, inner) in rule!.AsObject())
                    {
                        if (value is JsonObject fields && fields.TryGetPropertyValue(name, out var field))
                        {
                            Check(field, inner!.AsObject(), $"{at}.{name}", faults);
                        }
                    }

                    break;
                case "additionalProperties":
                    foreach (var (name, field) in value as JsonObject ?? [])
                    {
                        if (schema["properties"]?[name] is null)
                        {
                            Check(field, rule!.AsObject(), $"{at}.{name}", faults);
                        }
                    }

                    break;
                case "required":
                    foreach (var name in rule!.AsArray().Select(name => name!.GetValue<string>()))
                    {
                        Expect(value is not JsonObject fields || fields.ContainsKey(name), at, $"has no {name}", faults);
                    }

                    break;
                case "items":
                    foreach (var (item, index) in (value as JsonArray ?? []).Select((item, index) => (item, index)))
                    {
                        Check(item, rule!.AsObject(), $"{at}[{index}]", faults);
                    }

                    break;
                case "enum":
                    Expect(rule!.AsArray().Any(word => JsonNode.DeepEquals(word, value)), at, "is none of the words", faults);
                    break;
                case "const":
                    Expect(JsonNode.DeepEquals(rule, value), at, "is another value", faults);
                    break;
                case "allOf":
                    foreach (var part in rule!.AsArray())
                    {
                        Check(value, part!.AsObject(), at, faults);
                    }

                    break;
                case "anyOf":
                    Expect(rule!.AsArray().Any(part => Faults(value, part!).Count == 0), at, "fits no alternative", faults);
                    break;
                case "minLength" or "maxLength":
                    var length = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>().Length : (int?)null;
                    Expect(length is null || (word[1] == 'i' ? length >= rule!.GetValue<int>() : length <= rule!.GetValue<int>()), at, word, faults);
                    break;
                case "minItems" or "maxItems":
                    var count = (value as JsonArray)?.Count;
                    Expect(count is null || (word[1] == 'i' ? count >= rule!.GetValue<int>() : count <= rule!.GetValue<int>()), at, word, faults);
                    break;
                case "minimum" or "maximum":
                    var number = TypeOf(value) == "integer" ? value!.GetValue<long>() : (long?)null;
                    Expect(number is null || (word[1] == 'i' ? number >= rule!.GetValue<long>() : number <= rule!.GetValue<long>()), at, word, faults);
                    break;
                default:
                    Expect(Notes.Contains(word), at, $"the check does not know {word}", faults);
                    break;
            }
        }
    }

    private static void Expect(bool fits, string at, string fault, List<string> faults)
    {
        if (!fits)
        {
            faults.Add($"{at}: {fault}");
        }
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
    };
}
