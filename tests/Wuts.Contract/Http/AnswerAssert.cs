using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuts.Contract.Http;

/// <summary>Compares answers with the documents' examples: values, types, and the order of keys.</summary>
public static class AnswerAssert
{
    /// <summary>Keys whose values are compared by their presence only.</summary>
    public static readonly string Any = "<any>";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = false, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer has a status and exactly this JSON; a string <c>"&lt;any&gt;"</c> stands for any string.</summary>
    public static void Is(this ApiAnswer answer, HttpStatusCode status, string expected)
    {
        Assert.True(status == answer.Status, $"Expected {status}, got {answer.Status}: {answer.Text}");
        Assert.Equal("application/json", answer.Header("Content-Type"));
        var want = JsonNode.Parse(expected)!;
        var got = JsonNode.Parse(answer.Text)!;
        Forgive(want, got);
        Assert.Equal(want.ToJsonString(Readable), got.ToJsonString(Readable));
    }

    /// <summary>The answer is an error of the WUTS dialect with a status and code.</summary>
    public static JsonElement IsWutsError(this ApiAnswer answer, HttpStatusCode status, string code, string? error = null)
    {
        Assert.True(status == answer.Status, $"Expected {status}, got {answer.Status}: {answer.Text}");
        Assert.Equal("application/json", answer.Header("Content-Type"));
        var body = JsonDocument.Parse(answer.Text).RootElement;
        var keys = body.EnumerateObject().Select(property => property.Name).ToList();
        Assert.Equal(["success", "error", "error_code", "timestamp"], keys.Take(4));
        Assert.True(keys.Count == 4 || keys is [_, _, _, _, "validation"], answer.Text);
        Assert.False(body.GetProperty("success").GetBoolean());
        Assert.Equal(code, body.GetProperty("error_code").GetString());
        if (error is not null)
        {
            Assert.Equal(error, body.GetProperty("error").GetString());
        }

        return body;
    }

    /// <summary>The answer is a validation error of the WUTS dialect that names exactly these fields.</summary>
    public static void IsInvalid(this ApiAnswer answer, params string[] fields)
    {
        var body = answer.IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR", "validation failed");
        Assert.Equal(fields, body.GetProperty("validation").EnumerateArray().Select(entry => entry.GetProperty("field").GetString()));
    }

    private static void Forgive(JsonNode want, JsonNode got)
    {
        if (want is JsonObject wanted && got is JsonObject gotten)
        {
            foreach (var (name, value) in wanted.ToList())
            {
                if (value is JsonValue && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == Any)
                {
                    if (gotten[name]?.GetValueKind() == JsonValueKind.String)
                    {
                        wanted[name] = gotten[name]!.DeepClone();
                    }
                }
                else if (value is not null && gotten[name] is { } other)
                {
                    Forgive(value, other);
                }
            }
        }
        else if (want is JsonArray list && got is JsonArray others)
        {
            for (var i = 0; i < Math.Min(list.Count, others.Count); i++)
            {
                if (list[i] is { } left && others[i] is { } right)
                {
                    Forgive(left, right);
                }
            }
        }
    }
}
