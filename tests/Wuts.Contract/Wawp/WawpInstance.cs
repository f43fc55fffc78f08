using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>An instance of the Wawp dialect that is linked to an account of its own.</summary>
/// <param name="Caller">Its user.</param>
/// <param name="Id">Its <c>instance_id</c>.</param>
/// <param name="Account">What it is linked to; <see langword="null"/> when it is not.</param>
public sealed record WawpInstance(Caller Caller, string Id, Account? Account)
{
    private string Credentials => $"instance_id={Id}&access_token={Caller.Token}";

    /// <summary>Asks as the document does: credentials in the query string.</summary>
    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<ApiAnswer> PostAsync(string path, string? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<ApiAnswer> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    private Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body) =>
        new ApiClient(Caller.Address, null).SendAsync(
            method, $"/v2/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Credentials}", body, null);
}
