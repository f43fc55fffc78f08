using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wuts.Api.Http;

namespace Wuts.Api.OpenApi;

/// <summary>Serves the API description.</summary>
public static class OpenApiRoutes
{
    /// <summary>Where it is.</summary>
    public const string Path = "/openapi/v1.json";

    /// <summary>Maps <see cref="Path"/>.</summary>
    public static IEndpointRouteBuilder MapOpenApiDocument(this IEndpointRouteBuilder routes)
    {
        var tag = new Lazy<string>(() => $"\"{Convert.ToHexStringLower(SHA256.HashData(OpenApiDocument.Utf8.Span))[..16]}\"");
        routes.MapGet(Path, async (HttpContext context) =>
        {
            context.Response.Headers.ETag = tag.Value;
            context.Response.Headers.CacheControl = "no-cache";
            if (EntityTags.Match(context.Request.Headers.IfNoneMatch, tag.Value))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            context.Response.ContentType = MediaTypes.Json;
            context.Response.ContentLength = OpenApiDocument.Utf8.Length;
            await context.Response.Body.WriteAsync(OpenApiDocument.Utf8, context.RequestAborted);
        });
        return routes;
    }
}
