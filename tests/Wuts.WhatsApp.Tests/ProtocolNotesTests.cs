using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Wuts.WhatsApp.Tests;

/// <summary>The table in <c>docs/protocol-notes.md</c> names tests that exist, for every requirement.</summary>
public sealed partial class ProtocolNotesTests
{
    private static readonly HashSet<string> Tests =
    [
        .. from type in typeof(ProtocolNotesTests).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           where method.GetCustomAttributes<FactAttribute>().Any()
           select $"{type.Name}.{method.Name}",
    ];

    [Fact]
    public void Every_requirement_has_a_row_with_tests_that_exist_or_belongs_to_the_gateway()
    {
        var rows = Row().Matches(File.ReadAllText(Path()));

        Assert.Equal(Enumerable.Range(1, 28), rows.Select(row => int.Parse(row.Groups["number"].ValueSpan, provider: null)));
        foreach (var cell in rows.Select(row => row.Groups["tests"].Value))
        {
            var named = Name().Matches(cell).Select(name => name.Groups[1].Value).ToList();
            Assert.True(named.Count > 0 || cell == "Gateway", cell);
            Assert.All(named, name => Assert.Contains(name, Tests));
        }
    }

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "..", "..", "docs", "protocol-notes.md");

    [GeneratedRegex(@"^\| R(?<number>\d+) [^|]+ \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
