using System.Globalization;
using System.Text;

namespace Wuts.Hosting.Metrics;

/// <summary>Writes metrics in the text format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The content type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes everything.</summary>
    public static string Write(IEnumerable<MetricFamily> families, long dropped)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            Write(text, family);
        }

        WriteHead(text, "wuts_metrics_dropped_total", "Measurements that had no room because a label has too many values", "counter");
        return text.Append("wuts_metrics_dropped_total ").Append(CultureInfo.InvariantCulture, $"{dropped}\n").ToString();
    }

    /// <summary>The name of a metric: words with underscores, the unit, and <c>_total</c> for what only grows.</summary>
    public static string NameOf(MetricFamily family)
    {
        var name = string.Concat(family.Instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var unit = family.Instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
        {
            name += unit;
        }

        return family.Kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static void Write(StringBuilder text, MetricFamily family)
    {
        // Also what has no series yet is announced: whoever builds an alarm on it sees that it exists.
        var name = NameOf(family);
        var kind = family.Kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" };
        WriteHead(text, name, family.Instrument.Description ?? "", kind);
        foreach (var (labels, point) in family.Series
            .Select(series => (Labels: LabelsOf(series.Key), Point: series.Value.Read())).OrderBy(series => series.Labels, StringComparer.Ordinal))
        {
            if (family.Kind == MetricKind.Histogram)
            {
                WriteHistogram(text, name, labels, point, family.Bounds);
            }
            else
            {
                WriteLine(text, name, labels, point.Value);
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, MetricPoint point, double[] bounds)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        long sum = 0;
        for (var i = 0; i < bounds.Length; i++)
        {
            sum += point.Buckets[i];
            WriteLine(text, name + "_bucket", $"{before}le=\"{Number(bounds[i])}\"", sum);
        }

        WriteLine(text, name + "_bucket", before + "le=\"+Inf\"", point.Count);
        WriteLine(text, name + "_sum", labels, point.Value);
        WriteLine(text, name + "_count", labels, point.Count);
    }

    private static void WriteHead(StringBuilder text, string name, string help, string kind) => text
        .Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
        .Append("\n# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');

    private static void WriteLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string LabelsOf(MetricLabels labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels.Tags)
        {
            text.Append(text.Length == 0 ? "" : ",");
            foreach (var c in name)
            {
                text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
            }

            var shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append("=\"")
                .Append(shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return text.ToString();
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture);
}
