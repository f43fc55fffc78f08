using System.Globalization;

namespace Wuts.Benchmarks.Reporting;

/// <summary>A table as it stands in <c>docs/performance.md</c>: the first column is text, numbers are aligned to the right.</summary>
internal static class MarkdownTable
{
    /// <summary>Prints the head.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="columns">Titles; one that ends in <c>:</c> is aligned to the right and shown without it.</param>
    public static async Task WriteHeadAsync(TextWriter output, params string[] columns)
    {
        await WriteRowAsync(output, [.. columns.Select(static column => column.TrimEnd(':'))]);
        await output.WriteLineAsync($"|{string.Concat(columns.Select(static column => column.EndsWith(':') ? "--:|" : "---|"))}");
    }

    /// <summary>Prints a row.</summary>
    public static Task WriteRowAsync(TextWriter output, params string[] cells) => output.WriteLineAsync($"| {string.Join(" | ", cells)} |");

    /// <summary>A duration in the unit that gives it two or three digits.</summary>
    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1000 => Text(nanoseconds, "ns"),
        < 1_000_000 => Text(nanoseconds / 1000, "µs"),
        < 10_000_000_000 => Text(nanoseconds / 1_000_000, "ms"),
        _ => Text(nanoseconds / 1_000_000_000, "s"),
    };

    /// <summary>A number of bytes in the unit that gives it two or three digits.</summary>
    public static string Size(double bytes) => bytes switch
    {
        0 => "0",
        < 1024 => Text(bytes, "B"),
        < 1024 * 1024 => Text(bytes / 1024, "KiB"),
        _ => Text(bytes / 1024 / 1024, "MiB"),
    };

    /// <summary>A ratio with one decimal.</summary>
    public static string Ratio(double ratio) => ratio.ToString("F1", CultureInfo.InvariantCulture);

    private static string Text(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number.ToString(number < 10 ? "F1" : "F0", CultureInfo.InvariantCulture)} {unit}");
}
