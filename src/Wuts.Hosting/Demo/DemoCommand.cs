
namespace Wuts.Hosting.Demo;

/// <summary><c>--demo</c>: starts the demo, says how to use it, and serves until it is told to stop.</summary>
internal static class DemoCommand
{
    /// <summary>Maria Silva, who has everything that an answer can show.</summary>
    public const string Person = "5511999999999";

    /// <summary>Runs it.</summary>
    /// <param name="demo">Built and not started.</param>
    /// <param name="console">Where the command lines go.</param>
    public static async Task RunAsync(DemoHost demo, TextWriter console)
    {
        var lifetime = demo.App.Lifetime;
        await demo.StartAsync(lifetime.ApplicationStopping);
        await console.WriteLineAsync("Demo: a simulated WhatsApp with made-up people. Nothing is kept after the end.");
        await CommandLines.WriteAsync(
            console, CommandLines.AddressOf(demo.App), DemoIds.Token, DemoIds.Device.ToString(), DemoIds.Instance.ToString(), Person);
        await console.WriteLineAsync($"  The other side of the wire: {demo.ControlAddress}. Ctrl+C ends the demo.");
        await demo.App.WaitForShutdownAsync();
    }
}
