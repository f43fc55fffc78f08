namespace Wuts.Hosting.Demo;

/// <summary>
/// Lets requests wait until the demo is as it is described, so that the first answer is already the one of all later ones. Probes
/// and the pages that need no device do not wait.
/// </summary>
internal sealed class HoldUntilReady(Task ready) : IStartupFilter
{
    private static readonly string[] Free = ["/health", "/metrics", "/docs", "/openapi"];

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            if (!ready.IsCompleted && !Array.Exists(Free, path => context.Request.Path.StartsWithSegments(path)))
            {
                await ready.WaitAsync(context.RequestAborted);
            }

            await following(context);
        });
        next(app);
    };
}
