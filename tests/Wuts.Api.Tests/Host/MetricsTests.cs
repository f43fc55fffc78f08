using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Wuts.Hosting.Composition;
using Wuts.Hosting.Metrics;

namespace Wuts.Api.Tests.Host;

/// <summary>What Prometheus reads.</summary>
[Collection(nameof(DemoCollection))]
public sealed partial class MetricsTests(RunningDemo demo)
{
    [Fact]
    public async Task Every_line_is_of_the_text_format_and_every_family_stands_together()
    {
        await demo.Client.GetAsync("/contacts");
        var answer = await demo.Anyone.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Header("Content-Type"));
        Assert.EndsWith("\n", answer.Text, StringComparison.Ordinal);
        string? family = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in answer.Text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                Assert.True(seen.Add(family), $"{family} comes twice");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Equal(family, line.Split(' ')[2]);
                Assert.Contains(line.Split(' ')[3], new[] { "counter", "gauge", "histogram" });
            }
            else
            {
                Assert.Matches(Sample(), line);
                Assert.StartsWith(family!, line, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Requests_devices_queries_and_the_process_are_measured()
    {
        await demo.Client.GetAsync("/contacts/profile?number=6281234567890");
        await demo.Client.GetAsync("/contacts/profile?number=0");
        var text = (await demo.Anyone.GetAsync("/metrics")).Text;
        Assert.Contains("wuts_devices{state=\"Connected\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("wuts_http_request_duration_seconds_count{dialect=\"wuts\",method=\"GET\",path=\"/contacts/profile\",status=\"200\"}", text, StringComparison.Ordinal);
        Assert.Contains("wuts_http_request_duration_seconds_count{dialect=\"wuts\",method=\"GET\",path=\"/contacts/profile\",status=\"400\"}", text, StringComparison.Ordinal);
        Assert.Matches("wuts_query_asked_total\\{kind=\"user_info\"\\} [1-9]", text);
        Assert.Contains($"wuts_device_state{{device=\"{Wuts.Hosting.Demo.DemoIds.Device}\",state=\"Connected\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"wuts_device_connected_seconds_total{{device=\"{Wuts.Hosting.Demo.DemoIds.Device}\"}} ", text, StringComparison.Ordinal);
        Assert.Contains($"wuts_device_reconnects_total{{device=\"{Wuts.Hosting.Demo.DemoIds.Device}\"}} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("wuts_devices_left_out 0\n", text, StringComparison.Ordinal);
        Assert.Contains("wuts_query_duration_seconds_bucket{kind=\"user_info\",outcome=\"ok\",le=\"0.25\"}", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory_working_set_bytes ", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_cpu_time_seconds_total{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_named_in_a_label()
    {
        await demo.Client.GetAsync("/contacts/5511999999999/picture");
        await demo.Client.GetAsync("/no/such/5511999999999");
        var text = (await demo.Anyone.GetAsync("/metrics")).Text;
        Assert.DoesNotContain("5511", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Maria", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Wuts.Hosting.Demo.DemoIds.Token, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void Devices_are_told_of_unless_it_is_switched_off(string? setting, bool told) =>
        Assert.Equal(told, SettingsWith(setting).PerDeviceMetrics);

    [Fact]
    public void A_switch_that_is_neither_on_nor_off_is_named() =>
        Assert.StartsWith("Wuts:Metrics:PerDevice is set to \"some\"", Assert.Throws<ArgumentException>(() => SettingsWith("some")).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_Orleans_only_what_says_how_a_cluster_is_is_told()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using var registry = new MetricsRegistry(factory);
        var meter = factory.Create(OrleansInstruments.MeterName);
        meter.CreateCounter<int>("orleans-messaging-rejected").Add(1);
        meter.CreateCounter<int>("orleans-directory-lookups-local-issued").Add(1);

        Assert.Equal(
            ["orleans_messaging_rejected_total"],
            registry.Collect().Where(family => family.Instrument.Meter.Name == OrleansInstruments.MeterName).Select(PrometheusText.NameOf));
    }

    [Fact]
    public void A_histogram_adds_up_and_a_value_on_a_bound_is_inside_of_it()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using var registry = new MetricsRegistry(factory);
        var histogram = factory.Create("test").CreateHistogram<double>("test.took", "s", "Two lines\nand a \\");
        histogram.Record(0.001, new KeyValuePair<string, object?>("name", "a \"quoted\"\nword"));
        histogram.Record(0.0011, new KeyValuePair<string, object?>("name", "a \"quoted\"\nword"));
        histogram.Record(100, new KeyValuePair<string, object?>("name", "a \"quoted\"\nword"));

        var lines = PrometheusText.Write(registry.Collect().Where(family => family.Instrument.Meter.Name == "test"), registry.Dropped).Split('\n');

        const string label = """name="a \"quoted\"\nword" """;
        Assert.Equal(@"# HELP test_took_seconds Two lines\nand a \\", lines[0]);
        Assert.Equal("# TYPE test_took_seconds histogram", lines[1]);
        Assert.Equal($$"""test_took_seconds_bucket{{{label.TrimEnd()}},le="0.001"} 1""", lines[2]);
        Assert.Equal($$"""test_took_seconds_bucket{{{label.TrimEnd()}},le="0.0025"} 2""", lines[3]);
        Assert.Equal($$"""test_took_seconds_bucket{{{label.TrimEnd()}},le="+Inf"} 3""", lines[2 + Buckets.Seconds.Length]);
        Assert.Equal(100.0021, double.Parse(lines[3 + Buckets.Seconds.Length].Split(' ')[^1], CultureInfo.InvariantCulture), 6);
        Assert.EndsWith(" 3", lines[4 + Buckets.Seconds.Length], StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_gets_out_of_hand_is_cut_and_counted()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using var registry = new MetricsRegistry(factory);
        var counter = factory.Create("test").CreateCounter<long>("test.things");
        for (var i = 0; i <= MetricsRegistry.MaxSeries; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        Assert.Equal(1, registry.Dropped);
        Assert.Equal(MetricsRegistry.MaxSeries, registry.Collect().Single(family => family.Instrument == counter).Series.Count);
    }

    [Fact]
    public void Other_hosts_in_the_process_are_not_measured()
    {
        using var ours = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var theirs = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var registry = new MetricsRegistry(ours.GetRequiredService<IMeterFactory>());
        theirs.GetRequiredService<IMeterFactory>().Create("theirs").CreateCounter<int>("theirs").Add(1);
        Assert.DoesNotContain(registry.Collect(), family => family.Instrument.Meter.Name == "theirs");
    }

    private static HostSettings SettingsWith(string? perDevice) => HostSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Wuts:Metrics:PerDevice", perDevice)]).Build());

    [GeneratedRegex("""^[a-z_][a-z0-9_]*(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? (\+Inf|-?[0-9.]+(E[+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();
}
