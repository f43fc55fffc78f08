using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class WhatsAppOptionsTests
{
    private static readonly WhatsAppOptions Default = WhatsAppOptions.Default;

    public static TheoryData<string, WhatsAppOptions> Invalid => new()
    {
        { "Endpoint is set to \"http://example.org/\". It must be an absolute ws or wss URL.", Default with { Endpoint = new("http://example.org/") } },
        { "NoiseRootKey is set to \"31 bytes\". It must be 32 bytes long.", Default with { NoiseRootKey = new byte[31] } },
        {
            "MediaBaseUrl is set to \"ftp://example.org/\". It must be an absolute http or https URL, or not set.",
            Default with { MediaBaseUrl = new("ftp://example.org/") }
        },
        {
            "ConnectTimeout is set to \"00:00:00\". It must be between 00:00:01 and 1.00:00:00.",
            Default with { ConnectTimeout = TimeSpan.Zero }
        },
        {
            "QueryTimeout is set to \"60.00:00:00\". It must be between 00:00:01 and 1.00:00:00.",
            Default with { QueryTimeout = TimeSpan.FromDays(60) }
        },
        {
            "KeepAlive.MaxInterval is set to \"00:00:05\". It must be at least MinInterval, which is 00:00:20.",
            Default with { KeepAlive = new KeepAliveOptions { MaxInterval = TimeSpan.FromSeconds(5) } }
        },
        {
            "KeepAlive.Timeout is set to \"00:00:00.5000000\". It must be between 00:00:01 and 1.00:00:00.",
            Default with { KeepAlive = new KeepAliveOptions { Timeout = TimeSpan.FromSeconds(0.5) } }
        },
        { "FirstPreKeyBatch is set to \"4\". It must be between 5 and 1000.", Default with { FirstPreKeyBatch = 4 } },
        { "PreKeyBatch is set to \"1001\". It must be between 5 and 1000.", Default with { PreKeyBatch = 1001 } },
        {
            "SignedPreKeyLifetime is set to \"23:00:00\". It must be at least 1 day.",
            Default with { SignedPreKeyLifetime = TimeSpan.FromHours(23) }
        },
        { "EventCapacity is set to \"15\". It must be at least 16.", Default with { EventCapacity = 15 } },
        { "Label is set to \"\". It must be a text that is not empty.", Default with { Label = "" } },
        { "TimeProvider is set to \"null\". It must be set.", Default with { TimeProvider = null! } },
        { "Country is set to \"usa\". It must be two upper-case letters.", Default with { Device = Default.Device with { Country = "usa" } } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Broken_rule_is_named_with_option_and_value(string message, WhatsAppOptions options)
    {
        var problem = Assert.Throws<ArgumentException>(() => new WhatsAppClient(options, new InMemoryWhatsAppStore()));

        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_valid_and_those_of_the_protocol()
    {
        Default.Validate();

        Assert.Equal("wss://web.whatsapp.com/ws/chat", Default.Endpoint.AbsoluteUri);
        Assert.Equal("https://web.whatsapp.com", Default.Origin);
        Assert.True(Default.TrustsWhatsApp);
        Assert.Equal((20, 30, 20), (Default.KeepAlive.MinInterval.TotalSeconds, Default.KeepAlive.MaxInterval.TotalSeconds, Default.KeepAlive.Timeout.TotalSeconds));
        Assert.Equal(27, Default.SignedPreKeyLifetime.TotalDays);
    }
}
