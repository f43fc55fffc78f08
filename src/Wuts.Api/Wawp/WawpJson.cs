using System.Text.Json;
using Wuts.Api.Http;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp;

/// <summary>Pieces that several answers of this dialect share. Contract wawp 1.4.</summary>
internal static class WawpJson
{
    /// <summary>The answer to what changed something.</summary>
    public static Reply Completed { get; } = Reply.Json(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("success", true);
        json.WriteString("message", "Operation completed successfully");
        json.WriteEndObject();
    });

    /// <summary>A number of things.</summary>
    public static Reply Count(int count) => Reply.Json(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("count", count);
        json.WriteEndObject();
    });

    /// <summary>A bare array.</summary>
    public static Reply Array<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => Reply.Json(json =>
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    });

    /// <summary>A text that is <c>null</c> when it is not known.</summary>
    public static void WriteNullable(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>An address that is <c>null</c> when it is not known.</summary>
    public static void WriteNullable(this Utf8JsonWriter json, string name, Jid? value) =>
        json.WriteNullable(name, WawpAddress.Format(value));
}
