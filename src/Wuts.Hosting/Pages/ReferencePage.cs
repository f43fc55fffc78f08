using Wuts.Api.OpenApi;

namespace Wuts.Hosting.Pages;

/// <summary><c>/docs</c>: the API reference, to read and to try, with files that are part of the program.</summary>
internal static class ReferencePage
{
    /// <summary>Adds it. It must stand before routing: the API answers every path that nobody else has.</summary>
    public static void UseReference(this IApplicationBuilder app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "Wuts.Orleans API";
        page.SwaggerEndpoint(OpenApiRoutes.Path, "Wuts.Orleans");
        page.DefaultModelsExpandDepth(-1);
        page.DocExpansion(Swashbuckle.AspNetCore.SwaggerUI.DocExpansion.List);
        page.EnableFilter();
    });
}
