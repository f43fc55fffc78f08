using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wuts.Api.Tests.EndToEnd;
using Wuts.Api.WutsRest;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Tenancy;
using Wuts.Host.Linking;
using Wuts.Simulator;

namespace Wuts.Api.Tests.Host;

/// <summary>Linking a phone from the terminal.</summary>
public sealed class LinkCommandTests
{
    [Fact]
    public async Task The_code_is_drawn_until_a_phone_has_scanned_it()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var services = gateway.Services;
        var owner = await services.GetRequiredService<TenantService>().RegisterAsync("Local", "a@local.example", "s3nh4-f0rte", null, default);
        var device = await services.GetRequiredService<DeviceRegistry>().CreateAsync(owner.Value!.Admin.User, "WhatsApp", default);
        var account = gateway.WhatsApp.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        using var console = new Console();

        Task<bool>? linking = null;
        await gateway.AfterAsync<DeviceEvent.QrGenerated>(() =>
        {
            linking = LinkCommand.LinkAsync(services, device, console, CancellationToken.None);
            return Task.CompletedTask;
        });
        var answer = await services.GetRequiredService<IActors>().Device(device.Id).GetQrAsync(refresh: false, RunningGateway.Limit, default);
        var qr = answer.Value!;

        // A phone sees a code only when it is drawn.
        await console.ShownAsync(QrPicture.Draw(qr)).WaitAsync(RunningGateway.Limit);
        var outcome = await gateway.WhatsApp.ScanAsync(account, qr.Text).WaitAsync(RunningGateway.Limit);

        Assert.True(outcome.IsLinked, outcome.Reason);
        Assert.True(await linking!.WaitAsync(RunningGateway.Limit));
        var shown = console.ToString();
        Assert.Contains("Linked.", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(qr.Text, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_draws_the_same_code()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var registered = await gateway.Master.PostAsync("/register", """{"tenant_name":"Acme","email":"a@acme.example","password":"s3nh4-f0rte"}""");
        var client = gateway.Client(JsonDocument.Parse(registered.Text).RootElement.GetProperty("token").GetString()!);
        var drawn = await client.GetAsync("/qr", request => request.Headers.Accept.ParseAdd("text/plain"));
        Assert.Equal(HttpStatusCode.OK, drawn.Status);
        Assert.StartsWith("text/plain", drawn.Header("Content-Type"), StringComparison.Ordinal);
        var lines = drawn.Text.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        Assert.Equal((lines[0].Length + 1) / 2, lines.Length);
        Assert.All(drawn.Text, character => Assert.Contains(character, "█▀▄ \n"));
    }

    /// <summary>A terminal that is looked at.</summary>
    private sealed class Console : StringWriter
    {
        private readonly Lock _gate = new();
        private readonly List<(string Text, TaskCompletionSource Shown)> _awaited = [];

        /// <summary>Completes when the terminal shows a text.</summary>
        public Task ShownAsync(string text)
        {
            lock (_gate)
            {
                var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _awaited.Add((text, shown));
                Look();
                return shown.Task;
            }
        }

        public override Task WriteLineAsync(string? value)
        {
            lock (_gate)
            {
                WriteLine(value);
                Look();
                return Task.CompletedTask;
            }
        }

        private void Look()
        {
            foreach (var (text, shown) in _awaited)
            {
                if (ToString().Contains(text, StringComparison.Ordinal))
                {
                    shown.TrySetResult();
                }
            }
        }
    }
}
