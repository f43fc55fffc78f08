using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Hosting.ClientVersions;
using Wuts.Hosting.Composition;
using Wuts.WhatsApp.Pairing;

namespace Wuts.Api.Tests.Host;

/// <summary>Looking for a newer version of WhatsApp Web, at a page on this machine.</summary>
public sealed class ClientVersionTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);
    private static readonly ClientVersion Known = ClientVersion.Default;
    private static readonly ClientVersion Newer = Known with { Revision = Known.Revision + 5 };

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryVersions _store = new();
    private readonly NewestClientVersion _version = new(Known);
    private WebApplication? _server;
    private Func<HttpContext, Task> _answer = context => context.Response.WriteAsync(Script(Newer));
    private int _asked;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(context =>
        {
            Interlocked.Increment(ref _asked);
            return _answer(context);
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public async Task A_newer_version_is_used_and_kept_and_the_page_is_asked_once_a_day()
    {
        var headers = new TaskCompletionSource<IHeaderDictionary>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = context =>
        {
            headers.TrySetResult(new HeaderDictionary(context.Request.Headers.ToDictionary()));
            return context.Response.WriteAsync(Script(Newer));
        };
        using var refresher = New(out var page);
        using (page)
        {
            await refresher.StartAsync(CancellationToken.None);
            await _store.Raised(1).WaitAsync(Limit);
            Assert.Equal(Newer, _version.Current);
            Assert.Equal(Newer, _store.Kept);
            Assert.Equal("none", (await headers.Task)["sec-fetch-site"]);

            var newest = Newer with { Revision = Newer.Revision + 1 };
            _answer = context => context.Response.WriteAsync(Script(newest));
            for (var hour = 1; hour < 24; hour++)
            {
                _time.Advance(ClientVersionRefresher.Pause);
                await _store.Turns(1 + hour).WaitAsync(Limit);
            }

            Assert.Equal(1, _asked);
            _time.Advance(ClientVersionRefresher.Pause);
            await _store.Raised(2).WaitAsync(Limit);
            Assert.Equal((2, newest), (_asked, _version.Current));
            await refresher.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_was_found_earlier_is_used_from_the_start_without_asking_again()
    {
        await _store.RaiseAsync(Newer, CancellationToken.None);
        Assert.True(await _store.TakeTurnAsync(_time.GetUtcNow(), ClientVersionRefresher.Interval, CancellationToken.None));
        using var refresher = New(out var page);
        using (page)
        {
            await refresher.StartAsync(CancellationToken.None);

            Assert.Equal(Newer, _version.Current);
            await _store.Turns(2).WaitAsync(Limit);
            await refresher.StopAsync(CancellationToken.None);
            Assert.Equal(0, _asked);
        }
    }

    [Theory]
    [InlineData("older")]
    [InlineData("nothing")]
    [InlineData("refused")]
    [InlineData("moved")]
    [InlineData("too long")]
    [InlineData("absurd")]
    public async Task An_answer_that_is_of_no_use_changes_nothing_and_is_not_asked_for_again_the_same_day(string kind)
    {
        _answer = kind switch
        {
            "older" => context => context.Response.WriteAsync(Script(Known with { Revision = Known.Revision - 1 })),
            "nothing" => context => context.Response.WriteAsync("self.addEventListener('push', show);"),
            "refused" => Status(HttpStatusCode.BadRequest),
            "moved" => Status(HttpStatusCode.Redirect),
            "absurd" => context => context.Response.WriteAsync(Script(Known with { Revision = uint.MaxValue })),
            _ => async context =>
            {
                // The version comes first: what is too long is not looked at, however far it was read.
                await context.Response.WriteAsync(Script(Newer));
                await context.Response.Body.WriteAsync(new byte[ClientVersionPage.MaxBytes]);
            }
            ,
        };
        using var refresher = New(out var page);
        using (page)
        {
            await refresher.StartAsync(CancellationToken.None);
            await _store.Turns(1).WaitAsync(Limit);
            _time.Advance(ClientVersionRefresher.Pause);
            await _store.Turns(2).WaitAsync(Limit);
            await refresher.StopAsync(CancellationToken.None);
        }

        Assert.Equal(1, _asked);
        Assert.Equal(Known, _version.Current);
        Assert.Null(_store.Kept);
    }

    [Theory]
    [InlineData(4 * 1024 * 1024, true)]
    [InlineData((4 * 1024 * 1024) + 1, false)]
    public async Task A_page_is_read_up_to_its_limit(int length, bool isRead)
    {
        var text = Script(Newer);
        _answer = context => context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(text.PadRight(length))).AsTask();
        using var page = new ClientVersionPage(Address);

        var reading = page.ReadAsync(CancellationToken.None);

        if (isRead)
        {
            Assert.Equal(Newer, await reading.WaitAsync(Limit));
        }
        else
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => reading.WaitAsync(Limit));
        }
    }

    [Fact]
    public void Nothing_is_looked_for_unless_it_is_allowed()
    {
        Assert.Null(Settings().ClientVersionUrl);
        Assert.Null(Settings(("WhatsApp:ClientVersionUrl", "http://127.0.0.1/sw.js")).ClientVersionUrl);
        Assert.Equal(ClientVersionPage.Default, Settings(("WhatsApp:RefreshClientVersion", "true")).ClientVersionUrl);
    }

    [Theory]
    [InlineData("WhatsApp:RefreshClientVersion", "yes", "WhatsApp:RefreshClientVersion")]
    [InlineData("WhatsApp:ClientVersion", "2.3000.1", "exclude each other")]
    [InlineData("WhatsApp:ClientVersionUrl", "ftp://web.whatsapp.com/sw.js", "WhatsApp:ClientVersionUrl")]
    public void Settings_without_a_meaning_are_refused_by_name(string name, string value, string said)
    {
        var refused = Assert.Throws<ArgumentException>(() => Settings(("WhatsApp:RefreshClientVersion", "true"), (name, value)));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    private Uri Address => new(_server!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private ClientVersionRefresher New(out ClientVersionPage page) => new(
        page = new ClientVersionPage(Address), _version, _store, _time, NullLogger<ClientVersionRefresher>.Instance);

    private static string Script(ClientVersion version) => $$"""/*sw*/ handle({\"client_revision\":{{version.Revision}},"x":1});""";

    private static Func<HttpContext, Task> Status(HttpStatusCode status) => context =>
    {
        context.Response.StatusCode = (int)status;
        context.Response.Headers.Location = "http://127.0.0.1:1/";
        return context.Response.WriteAsync(Script(Newer));
    };

    private static HostSettings Settings(params (string Name, string Value)[] values) => HostSettings.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.GroupBy(v => v.Name).ToDictionary(v => v.Key, v => (string?)v.Last().Value))
            .Build());

    /// <summary>Keeps the version in memory, and tells how often it was asked.</summary>
    private sealed class MemoryVersions : IClientVersionStore
    {
        private readonly Lock _lock = new();
        private readonly List<(Func<bool> Reached, TaskCompletionSource Waiter)> _waiters = [];
        private DateTimeOffset? _looked;
        private int _turns;
        private int _raised;

        public ClientVersion? Kept { get; private set; }

        public Task Turns(int count) => WhenAsync(() => _turns >= count);

        public Task Raised(int count) => WhenAsync(() => _raised >= count);

        public Task<ClientVersion?> FindAsync(CancellationToken cancellationToken) => Task.FromResult(Kept);

        public Task RaiseAsync(ClientVersion version, CancellationToken cancellationToken)
        {
            Kept = version;
            Note(() => _raised++);
            return Task.CompletedTask;
        }

        public Task<bool> TakeTurnAsync(DateTimeOffset now, TimeSpan interval, CancellationToken cancellationToken)
        {
            var free = _looked is not { } looked || now - looked >= interval;
            _looked = free ? now : _looked;
            Note(() => _turns++);
            return Task.FromResult(free);
        }

        private void Note(Action count)
        {
            lock (_lock)
            {
                count();
                foreach (var (_, waiter) in _waiters.Where(w => w.Reached()))
                {
                    waiter.TrySetResult();
                }
            }
        }

        private Task WhenAsync(Func<bool> reached)
        {
            lock (_lock)
            {
                var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiters.Add((reached, waiter));
                if (reached())
                {
                    waiter.SetResult();
                }

                return waiter.Task;
            }
        }
    }
}
