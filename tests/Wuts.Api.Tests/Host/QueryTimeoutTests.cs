using Microsoft.Extensions.Configuration;
using Wuts.Hosting.Composition;

namespace Wuts.Api.Tests.Host;

public sealed class QueryTimeoutTests
{
    [Theory]
    [InlineData(null, 60)]
    [InlineData("15", 15)]
    public void Operator_says_how_long_an_answer_is_awaited(string? setting, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(setting).WhatsApp.QueryTimeout);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("86401")]
    public void Time_without_meaning_is_refused(string setting)
    {
        var refused = Assert.Throws<ArgumentException>(() => Read(setting));
        Assert.Contains("QueryTimeout", refused.Message, StringComparison.Ordinal);
    }

    private static HostSettings Read(string? setting) => HostSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("WhatsApp:QueryTimeout", setting)]).Build());
}
