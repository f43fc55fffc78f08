using System.Text.Json;
using Wuts.Api.Http;

namespace Wuts.Api.WutsRest;

/// <summary>The families of success answers. Contract wuts 1.3.</summary>
internal static class WutsReply
{
    /// <summary><c>{"success":true,"data":{…}}</c>; the delegate writes what is inside of <c>data</c>.</summary>
    public static Reply Data(Action<Utf8JsonWriter> write) => Flat(json =>
    {
        json.WriteStartObject("data"u8);
        write(json);
        json.WriteEndObject();
    });

    /// <summary>The bytes of <see cref="Data"/>, to be kept.</summary>
    public static byte[] Encode(Action<Utf8JsonWriter> write) => JsonBuffer.Encode(json => WriteFlat(json, inner =>
    {
        inner.WriteStartObject("data"u8);
        write(inner);
        inner.WriteEndObject();
    }));

    /// <summary><c>{"success":true,…}</c>; the delegate writes what follows.</summary>
    public static Reply Flat(Action<Utf8JsonWriter> write, int status = 200) => Reply.Json(status, json => WriteFlat(json, write));

    /// <summary>As <see cref="Flat"/>, with an <c>ETag</c> made of the content, for lists that callers read again and again.</summary>
    public static Reply Tagged(Action<Utf8JsonWriter> write)
    {
        var bytes = EncodeFlat(write);
        return Reply.Bytes(bytes, MediaTypes.Json, EntityTags.Of(bytes));
    }

    /// <summary>The bytes of <see cref="Flat"/>, to be kept.</summary>
    public static byte[] EncodeFlat(Action<Utf8JsonWriter> write) => JsonBuffer.Encode(json => WriteFlat(json, write));

    /// <summary><c>{"success":true,"message":"…"}</c>.</summary>
    public static Reply Message(string message) => Flat(json => json.WriteString("message"u8, message));

    private static void WriteFlat(Utf8JsonWriter json, Action<Utf8JsonWriter> write)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, true);
        write(json);
        json.WriteEndObject();
    }
}
