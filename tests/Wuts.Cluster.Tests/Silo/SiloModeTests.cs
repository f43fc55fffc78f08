using Microsoft.Extensions.Configuration;
using Wuts.Silo.Composition;

namespace Wuts.Cluster.Tests.Silo;

public sealed class SiloModeTests
{
    [Fact]
    public void Without_a_role_a_process_does_everything()
    {
        var mode = SiloMode.Parse(["--urls", "http://127.0.0.1:1"]);

        Assert.Equal((SiloRole.All, false), (mode.Role, mode.Demo));
        Assert.Equal(["--urls", "http://127.0.0.1:1"], mode.Arguments);
    }

    [Fact]
    public void The_demo_does_not_swallow_the_argument_behind_it()
    {
        var mode = SiloMode.Parse(["--role", "all", "--demo", "--urls", "http://127.0.0.1:1"]);

        Assert.Equal((SiloRole.All, true), (mode.Role, mode.Demo));
        Assert.Equal(["--urls", "http://127.0.0.1:1"], mode.Arguments);
    }

    [Theory]
    [InlineData("--role")]
    [InlineData("--role", "boss")]
    [InlineData("--role=")]
    [InlineData("--role=api", "--demo")]
    public void What_has_no_meaning_is_refused(params string[] arguments) => Assert.Throws<ArgumentException>(() => SiloMode.Parse(arguments));

    [Theory]
    [InlineData("Wuts:Cluster:SiloPort", "0")]
    [InlineData("Wuts:Cluster:GatewayPort", "65536")]
    [InlineData("Wuts:Cluster:Address", "here")]
    [InlineData("Wuts:Cluster:ProbeTimeout", "0")]
    [InlineData("Wuts:Cluster:LeaseDuration", "2")]
    [InlineData("Wuts:Cluster:MovesPerMinute", "601")]
    [InlineData("Wuts:Cluster:MaxContacts", "9")]
    public void A_setting_without_meaning_is_named(string name, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();

        Assert.Contains(name, Assert.Throws<ArgumentException>(() => ClusterSettings.Read(configuration)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_alone_means_PostgreSQL()
    {
        using var configuration = new ConfigurationManager { ["Wuts:ConnectionString"] = "Host=db" };

        ClusterSettings.PreferPostgres(configuration);

        Assert.Equal("postgres", configuration["Wuts:Storage"]);
    }
}
