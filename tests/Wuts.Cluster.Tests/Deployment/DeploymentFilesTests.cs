using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Wuts.Hosting.Composition;
using Wuts.Silo.Composition;

namespace Wuts.Cluster.Tests.Deployment;

public sealed partial class DeploymentFilesTests
{
    internal static readonly string Root = FindRoot();

    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("deploy/Dockerfile")]
    [InlineData("deploy/kubernetes/silo.yaml")]
    [InlineData("deploy/kubernetes/api.yaml")]
    public void Every_variable_is_a_setting_that_the_program_reads(string file)
    {
        var named = Variable().Matches(Read(file)).Select(match => match.Value.Replace("__", ":", StringComparison.Ordinal)).ToHashSet();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(SettingsRead()));
    }

    [Fact]
    public void The_image_has_the_runtime_that_the_program_is_built_for()
    {
        var framework = Regex.Match(Read("Directory.Build.props"), "<TargetFramework>net([0-9.]+)<").Groups[1].Value;
        var images = Regex.Matches(Read("deploy/Dockerfile"), "mcr.microsoft.com/dotnet/[a-z]+:([0-9.]+)");

        Assert.Equal(2, images.Count);
        Assert.All(images, image => Assert.Equal(framework, image.Groups[1].Value));
    }

    [Fact]
    public void Ports_of_the_manifests_are_those_of_the_program()
    {
        var defaults = new ClusterSettings();
        string[] ports = [$"{defaults.SiloPort}", $"{defaults.GatewayPort}", $"{new Uri(HostSettings.DefaultUrl).Port}"];

        Assert.Equal(ports.Order(), Numbers(Read("deploy/kubernetes/silo.yaml"), "containerPort: ([0-9]+)"));
        Assert.Equal(ports.Order(), Numbers(Read("deploy/kubernetes/network.yaml"), "port: ([0-9]+)"));
        Assert.Equal([ports[2]], Numbers(Read("deploy/Dockerfile"), "EXPOSE ([0-9]+)"));
    }

    [Fact]
    public void Compose_publishes_the_API_and_nothing_else() =>
        Assert.Equal(["${WUTS_PUBLISH:-127.0.0.1:8080}:8080"], Regex.Matches(Read("docker-compose.yml"), "ports: \\[\"(.*)\"\\]").Select(match => match.Groups[1].Value));

    [Fact]
    public void Every_secret_of_compose_is_in_the_example_and_has_no_value_there()
    {
        var needed = Regex.Matches(Read("docker-compose.yml"), @"\$\{([A-Z_]+):\?").Select(match => match.Groups[1].Value).Distinct().Order();

        Assert.Equal(needed, Regex.Matches(Read(".env.example"), "^([A-Z_]+)=$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order());
    }

    private static IEnumerable<string> Numbers(string text, string pattern) => Regex.Matches(text, pattern).Select(match => match.Groups[1].Value).Order();

    private static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static HashSet<string> SettingsRead()
    {
        var recorder = new Recorder();
        var configuration = new ConfigurationRoot([recorder]);
        HostSettings.Read(configuration);
        ClusterSettings.Read(configuration);
        ClusterCertificates.Read(configuration, TimeProvider.System);
        return recorder.Asked;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "docker-compose.yml")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("No docker-compose.yml above the tests.");
        }

        return directory.FullName;
    }

    [GeneratedRegex("(Wuts|WhatsApp)__[A-Za-z_]+")]
    private static partial Regex Variable();

    private sealed class Recorder : ConfigurationProvider
    {
        public HashSet<string> Asked { get; } = [];

        public override bool TryGet(string key, out string? value)
        {
            Asked.Add(key);
            value = null;
            return false;
        }
    }
}
