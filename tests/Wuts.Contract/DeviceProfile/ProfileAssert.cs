using System.Net;
using System.Text.Json;

namespace Wuts.Contract.DeviceProfile;

/// <summary>Answers of the device-profile dialect.</summary>
public static class ProfileAssert
{
    /// <summary>The answer is an error with a status, a code, and the field that is meant. Contract device-profile 1.3.</summary>
    public static void IsProfileError(this ApiAnswer answer, HttpStatusCode status, string code, string? field = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var details = field is null ? "" : $$""","details":{"field":"{{field}}"}""";
        answer.Is(status, $$"""{"error":{"code":"{{code}}","message":"<any>"{{details}}},"request_id":"<any>"}""");
        var id = JsonDocument.Parse(answer.Text).RootElement.Text("request_id");
        Assert.True(Guid.TryParseExact(id, "D", out _), id);
        Assert.Equal(answer.Header("X-Request-ID"), id);
    }

    /// <summary>What a success wraps.</summary>
    public static JsonElement Data(this ApiAnswer answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        var body = Caller.Json(answer, status);
        Assert.Equal(["data"], body.EnumerateObject().Select(property => property.Name));
        return body.GetProperty("data");
    }

    /// <summary>The profile of an answer.</summary>
    public static JsonElement Profile(this ApiAnswer answer) => answer.Data().GetProperty("profile");
}
