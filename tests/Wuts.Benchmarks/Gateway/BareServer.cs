using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wuts.Benchmarks.Gateway;

/// <summary>What a gateway is measured against: Kestrel that answers everything with the same bytes and does nothing else.</summary>
internal static class BareServer
{
    public static async Task<int> RunAsync(string file, string[] arguments)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        var builder = WebApplication.CreateSlimBuilder(arguments);
        var app = builder.Build();
        app.Run(async http =>
        {
            if (http.Request.ContentLength > 0)
            {
                await http.Request.Body.CopyToAsync(Stream.Null);
            }

            http.Response.ContentType = "application/json";
            http.Response.ContentLength = bytes.Length;
            await http.Response.BodyWriter.WriteAsync(bytes);
        });
        await app.RunAsync();
        return 0;
    }
}
