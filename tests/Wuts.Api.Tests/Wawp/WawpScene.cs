using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.Wawp;

/// <summary>A user with one working instance, called as the documents' samples do: with both credentials in the query string.</summary>
internal sealed class WawpScene
{
    public const string PictureUrl = "https://pps.whatsapp.net/v/t61.24694-24/1.jpg?oh=01&oe=69";

    private WawpScene(ApiFixture fixture, TestUser owner, TestDevice device)
    {
        Fixture = fixture;
        Owner = owner;
        Device = device;
    }

    public ApiFixture Fixture { get; }

    public TestUser Owner { get; }

    public TestDevice Device { get; }

    public static async Task<WawpScene> NewAsync(ApiFixture fixture)
    {
        var owner = await fixture.NewTenantAsync();
        return new WawpScene(fixture, owner, await owner.AddDeviceAsync());
    }

    /// <summary>A path with the credentials in its query string.</summary>
    public string Path(string path)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return $"/wawp/v2/{path}{separator}instance_id={Device.InstanceId}&access_token={Owner.Token}";
    }

    public Task<ApiAnswer> GetAsync(string path) =>
        Fixture.Anonymous().GetAsync(Path(path), r => r.Content = new StringContent("", null, "application/json"));

    public Task<ApiAnswer> PostAsync(string path, string? body = null) => Fixture.Anonymous().PostAsync(Path(path), body);

    public Task<ApiAnswer> PutAsync(string path, string? body = null) => Fixture.Anonymous().PutAsync(Path(path), body);

    public Task<ApiAnswer> DeleteAsync(string path) => Fixture.Anonymous().DeleteAsync(Path(path));

    public Answer<ContactPicture> Picture(string url = PictureUrl, TimeSpan age = default) => new ContactPicture(
        Visibility.Shown, new PictureInfo("1", new Uri(url), PictureSize.Full, null, default, null), false, Fixture.Time.GetUtcNow() - age);

    public Answer<ContactPicture> Absent(Visibility visibility, TimeSpan age = default) =>
        new ContactPicture(visibility, null, false, Fixture.Time.GetUtcNow() - age);
}

/// <summary>Looks at answers of the Wawp dialect.</summary>
internal static class WawpAssert
{
    /// <summary>The answer is an error with exactly the keys of the contract.</summary>
    public static string IsWawpError(this ApiAnswer answer, HttpStatusCode status, string code)
    {
        answer.Is(status, $$$"""{"code":"{{{code}}}","message":"<any>","data":{"status":{{{(int)status}}}}}""");
        return JsonDocument.Parse(answer.Text).RootElement.GetProperty("message").GetString()!;
    }
}
