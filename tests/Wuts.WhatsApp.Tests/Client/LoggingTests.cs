using System.Reflection;
using Microsoft.Extensions.Logging;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class LoggingTests
{
    [Fact]
    public void Event_ids_are_unique()
    {
        var ids = typeof(WhatsAppClient).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>()
            .ToList();

        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(ids, id => Assert.InRange(id, 1000, 1999));
    }

    [Fact]
    public async Task Log_shows_what_happens_but_neither_numbers_nor_keys()
    {
        await using var network = await Network.StartAsync();
        using var log = new LogCapture();
        var account = network.Server.Accounts.Create(new() { PushName = "Alice Example", BusinessName = "Secret Shop" });
        var store = new InMemoryWhatsAppStore();
        await using var client = network.CreateClient(store, options => options with { LoggerFactory = log, Label = "dev-1" });
        network.Server.Faults.Add(new Fault.MalformedStanza { At = FaultPoint.LoggedIn });

        await network.LinkAsync(client, account);
        network.Server.Faults.Add(new Fault.GarbageFrame());
        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
        await network.ElapseAsync(lost.RetryIn!.Value);
        await client.NextAsync<WhatsAppEvent.Connected>();
        await client.LogoutAsync().Within();

        Assert.Contains(log.Lines, line => line.Contains("dev-1: linked to an account", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("root key that is not WhatsApp's", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("cannot be decrypted", StringComparison.Ordinal));
        foreach (var secret in (string[])[account.Phone, account.Lid.User, "Alice", "Secret Shop"])
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void Text_forms_of_credentials_and_codes_reveal_nothing()
    {
        var credentials = DeviceCredentials.Create(DateTimeOffset.UnixEpoch);

        Assert.Equal("DeviceCredentials (not paired)", credentials.ToString());
        Assert.Equal("SignedPreKeyRing", credentials.SignedPreKeys.ToString());
        Assert.Equal("QrCode", new PairingEvent.QrCode("2@secret", TimeSpan.Zero).ToString());
        Assert.Equal("Code", new PairingEvent.Code("ABCD-EFGH", DateTimeOffset.UnixEpoch).ToString());
        Assert.Equal("Code", new PairingMethod.Code(PhoneNumber.Parse("15550001234"), "ABCDEFGH").ToString());
    }

    private sealed class LogCapture : ILoggerFactory, ILogger
    {
        private readonly Lock _gate = new();
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_gate)
                {
                    return [.. _lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate)
            {
                _lines.Add($"{logLevel} {formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
