using System.Globalization;
using System.Reflection;
using System.Text;

namespace Wuts.Api.Tests.Harness;

/// <summary>
/// Which statement of a contract is proven by which test: here, and in Wuts.Contract, whose classes run on every deployment. With
/// <c>WUTS_WRITE_COVERAGE=1</c> the list is written to <c>docs/contract-coverage.md</c>.
/// </summary>
public sealed class ContractCoverageTests
{
    // Every section with statements about what is served. Webhooks (wuts 8) belong here when they are.
    private static readonly string[] InScope =
    [
        "wuts 1.1", "wuts 1.2", "wuts 1.3", "wuts 1.4", "wuts 1.5", "wuts 1.6", "wuts 1.7", "wuts 1.8", "wuts 1.9",
        "wuts 2.1", "wuts 2.2", "wuts 2.3", "wuts 2.4", "wuts 2.5", "wuts 2.6", "wuts 2.7", "wuts 2.8", "wuts 2.9", "wuts 2.10",
        "wuts 3.1", "wuts 3.2", "wuts 3.3", "wuts 3.4", "wuts 3.5", "wuts 4.1", "wuts 4.2", "wuts 5",
        "wuts 6.1", "wuts 6.2", "wuts 6.3", "wuts 6.4", "wuts 7.1", "wuts 7.2",
        "device-profile 1.1", "device-profile 1.2", "device-profile 1.3", "device-profile 1.4", "device-profile 1.5",
        "device-profile A1", "device-profile A1.1", "device-profile A1.2", "device-profile A1.3", "device-profile A1.4",
        "device-profile A1.5", "device-profile A2", "device-profile C1", "device-profile C4",
        "device-profile B TM-2", "device-profile B TM-3", "device-profile B TM-4", "device-profile B TM-5", "device-profile B TM-6",
        "device-profile B TM-7", "device-profile B TM-8", "device-profile B TM-9", "device-profile B TM-10",
        "wawp 1.1", "wawp 1.2", "wawp 1.3", "wawp 1.4", "wawp 1.5", "wawp A1", "wawp B1", "wawp B2", "wawp B3", "wawp B4", "wawp B5",
        "wawp B6", "wawp B8", "wawp B9", "wawp B10",
    ];

    [Fact]
    public void Every_section_in_scope_is_proven_by_a_test()
    {
        var proven = Statements();
        var ids = proven.Select(entry => entry.Statement.Id).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], InScope.Except(ids));
    }

    [Fact]
    public void The_list_in_the_documentation_is_up_to_date()
    {
        var file = Path.Combine(FindRoot(), "docs", "contract-coverage.md");
        var list = Write(Statements());
        if (Environment.GetEnvironmentVariable("WUTS_WRITE_COVERAGE") == "1")
        {
            File.WriteAllText(file, list);
        }

        Assert.True(File.ReadAllText(file) == list, "docs/contract-coverage.md is out of date; run this test with WUTS_WRITE_COVERAGE=1.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void There_are_at_least_three_hundred_cases(bool live) =>
        Assert.InRange(Cases(Statements().Where(entry => IsLive(entry.Test) == live)), 300, int.MaxValue);

    [Fact]
    public void Every_statement_stands_on_a_test_that_runs() =>
        Assert.All(Statements(), entry => Assert.True(
            entry.Test.GetCustomAttribute<FactAttribute>() is { Skip: null }, $"{entry.Test.DeclaringType!.Name}.{entry.Test.Name} does not run"));

    private static List<(StatementAttribute Statement, MethodInfo Test)> Statements() =>
    [
        .. from assembly in (Assembly[])[typeof(ContractCoverageTests).Assembly, typeof(ContractTests).Assembly]
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           from statement in method.GetCustomAttributes<StatementAttribute>()
           orderby SortKey(statement.Id), type.FullName, method.MetadataToken
           select (statement, method),
    ];

    // Numbers by value, so that 2.10 comes behind 2.9.
    private static string SortKey(string id)
    {
        var key = new StringBuilder();
        for (var i = 0; i < id.Length; i++)
        {
            var end = i;
            while (end < id.Length && char.IsAsciiDigit(id[end]))
            {
                end++;
            }

            key.Append(end > i ? id[i..end].PadLeft(4, '0') : id[i].ToString());
            i = Math.Max(i, end - 1);
        }

        return key.ToString();
    }

    // What is in the library is run by Wuts.Contract.Tests and Wuts.Cluster.Tests; both show that they leave no class out.
    private static bool IsLive(MethodInfo test) => test.DeclaringType!.Assembly == typeof(ContractTests).Assembly;

    private static int Cases(IEnumerable<(StatementAttribute Statement, MethodInfo Test)> proven) =>
        proven.Select(entry => entry.Test).Distinct().Sum(test =>
            test.GetCustomAttributes<Xunit.Sdk.DataAttribute>().Sum(data => data.GetData(test).Count()) is > 0 and var rows ? rows : 1);

    private static string Write(List<(StatementAttribute Statement, MethodInfo Test)> proven)
    {
        var (live, other) = (Cases(proven.Where(entry => IsLive(entry.Test))), Cases(proven.Where(entry => !IsLive(entry.Test))));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Contract coverage

            Which statement of a REST contract is proven by which test.

            - **Live** tests are in `tests/Wuts.Contract`: {live} cases against a running gateway with the simulated WhatsApp behind it, over HTTP
              only. Every one runs on two deployments: one process on SQLite (`tests/Wuts.Contract.Tests`), and a silo with the API as an Orleans
              client process of its own on PostgreSQL (`tests/Wuts.Cluster.Tests/Contract`).
            - **Other** tests are in `tests/Wuts.Api.Tests`: {other} cases, most of them over HTTP on actors that the test holds in its hands, for
              what no live world can be brought to show, such as clocks and faults inside.

            Made from the tests:

            ```
            WUTS_WRITE_COVERAGE=1 dotnet test tests/Wuts.Api.Tests -c Release --filter FullyQualifiedName~ContractCoverage
            ```

            """);
        foreach (var document in proven.GroupBy(entry => entry.Statement.Id.Split(' ')[0]))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {document.Key}\n\n| Section | Statement | Live | Other |\n|---|---|---|---|\n");
            foreach (var statement in document.GroupBy(entry => (entry.Statement.Id, entry.Statement.Text)))
            {
                var section = statement.Key.Id[(document.Key.Length + 1)..];
                var said = statement.Key.Text.Replace("|", "\\|", StringComparison.Ordinal);
                text.Append(CultureInfo.InvariantCulture, $"| {section} | {said} | {Names(statement, live: true)} | {Names(statement, live: false)} |\n");
            }
        }

        return text.ToString();

        static string Names(IEnumerable<(StatementAttribute Statement, MethodInfo Test)> tests, bool live) =>
            string.Join("<br>", tests.Where(entry => IsLive(entry.Test) == live).Select(entry => $"`{entry.Test.DeclaringType!.Name}.{entry.Test.Name}`"));
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Wuts.Orleans.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
