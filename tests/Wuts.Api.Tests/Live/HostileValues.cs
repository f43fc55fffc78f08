using System.Text.Json.Nodes;

namespace Wuts.Api.Tests.Live;

/// <summary>What callers send that are careless or mean: values ready for a URL, and values for JSON.</summary>
internal static class HostileValues
{
    private static readonly string Long = new('7', 3000);

    // No phone number, no address of any kind.
    private static readonly string[] NoAddress =
    [
        "1234", "12345678901234567890", "0015551234567", "%2B", "%2B%2B5511999999999", "%D9%A0%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6%D9%A7%D9%A8%D9%A9",
        "%EF%BC%95%EF%BC%95%EF%BC%91%EF%BC%91%EF%BC%99%EF%BC%99%EF%BC%99%EF%BC%99%EF%BC%99%EF%BC%99", "null", "undefined", "NaN", "-1", "1e12", "0x5511999999999", "%40", "%40%40", "a%40c.us",
        "5511999999999%40newsletter", "status%40broadcast", "5511999999999%40example.com", "5511999999999%40s.whatsapp.net%00", "5511%00999999999",
        "%2B5511999999999%40s.whatsapp.net", "5511999999999%3Ax%40s.whatsapp.net", "%ED%A0%80", "%FF%FE%FD", "%F0%9F%98%80", "%27%3B%20DROP%20TABLE%20wuts_users%3B--",
        "%3Cscript%3E", "..%2F..%2Fetc%2Fpasswd", "%7B%7D", "%5B%5D", "%0D%0ASet-Cookie%3A%20a%3Db", Long,
    ];

    private static readonly string[] NoBoolean = ["2", "-1", "tru", "null", "1.0", "%D9%A1", "%00", "%FF", "%7B%7D", Long];
    private static readonly string[] NoNumber = ["-1", "0x10", "1.5", "1e3", "%D9%A3", "%EF%BC%93", "abc", "99999999999999999999", "1%00", "null", Long];
    private static readonly string[] NoWord = ["x", "%00", "%F0%9F%98%80", "..%2F", "%FF", "null", "1", Long];
    private static readonly string[] NoCode = ["%00", "%F0%9F%98%80", "..%2F", "%FF", "%20", "https%3A%2F%2Fexample.com%2FAbCdEfGhIjKlMnOpQrStUv", Long];
    private static readonly string[] AnyText = ["%00", "%FF%FE", "%F0%9F%98%80", "%27%20OR%201%3D1--", "%25s%25n", "%E2%80%AE", Long];

    /// <summary>What a parameter must refuse, by its name.</summary>
    /// <returns>The values; empty for a parameter that takes any text.</returns>
    public static IReadOnlyList<string> Refused(string name) => KindOf(name) switch
    {
        Kind.Address => NoAddress,
        Kind.Id => [.. NoAddress, "a", "00000000-0000-0000-0000-000000000000"],
        Kind.Boolean => NoBoolean,
        Kind.Number => NoNumber,
        Kind.Word => NoWord,
        Kind.Code => NoCode,
        _ => [],
    };

    /// <summary>What may be taken or refused, and never breaks anything.</summary>
    public static IReadOnlyList<string> Odd(string name) => KindOf(name) == Kind.Text ? AnyText : [];

    /// <summary>JSON that a field must refuse, whatever it is for.</summary>
    public static IEnumerable<JsonNode?> RefusedJson(string name)
    {
        yield return new JsonObject { ["a"] = 1 };
        yield return JsonNode.Parse(string.Concat(Enumerable.Repeat("[", 12)) + string.Concat(Enumerable.Repeat("]", 12)));
        if (KindOf(name) is not (Kind.Boolean or Kind.List))
        {
            yield return new JsonArray();
            yield return new string('7', 900_000);
        }

        if (KindOf(name) is Kind.List)
        {
            yield return "text";
            yield return new JsonArray(new JsonObject());
            yield return new JsonArray((JsonNode?)null);
            yield return new JsonArray([.. Enumerable.Range(0, 200).Select(_ => (JsonNode)"5511999999999")]);
        }

        if (KindOf(name) is Kind.Address or Kind.List)
        {
            foreach (var value in NoAddress)
            {
                JsonNode text = Uri.UnescapeDataString(value);
                yield return KindOf(name) is Kind.List ? new JsonArray(text) : text;
            }
        }

        if (KindOf(name) is Kind.Boolean)
        {
            yield return 2;
            yield return "maybe";
        }
    }

    /// <summary>JSON that may be taken or refused.</summary>
    public static IEnumerable<JsonNode?> OddJson()
    {
        yield return null;
        yield return "";
        yield return "\0";
        yield return "a\0b";
        yield return "😀\u202e";
        yield return "'; DROP TABLE wuts_users;--";
    }

    /// <summary>Bodies that are no JSON object.</summary>
    public static IReadOnlyList<byte[]> Bodies { get; } =
    [
        .. new[] { "null", "[]", "\"text\"", "5", "{", "{\"a\":", "not json", "{\"a\":1,\"a\":2}", "{} {}", "\uFEFF{", string.Concat(Enumerable.Repeat("{\"a\":", 9000)) }
            .Select(System.Text.Encoding.UTF8.GetBytes),
        [0xff, 0xfe, 0x7b, 0x7d],
        [0x00],
        System.Text.Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 1_100_000)}\"}}"),
    ];

    private static Kind KindOf(string name) => name switch
    {
        "jids" or "numbers" or "scopes" => Kind.List,
        "jid" or "number" or "contactId" or "chatId" or "groupId" or "phone" or "phone_number" or "group_jid" or "lid" or "after" => Kind.Address,
        "device_id" or "deviceID" or "instance_id" or "id" or "access_token" => Kind.Id,
        "stale" or "refresh" or "reuse_cache" or "explain" or "preview" or "full" or "active" or "replace" => Kind.Boolean,
        "limit" or "offset" or "since" => Kind.Number,
        "sortBy" or "sortOrder" or "exclude" or "size" or "format" or "form" or "role" or "new_role" => Kind.Word,
        "code" => Kind.Code,
        _ => Kind.Text,
    };

    private enum Kind
    {
        Text,
        Address,
        Id,
        Boolean,
        Number,
        Word,
        Code,
        List,
    }
}
