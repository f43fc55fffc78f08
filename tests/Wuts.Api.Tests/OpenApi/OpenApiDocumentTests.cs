using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wuts.Api.OpenApi;

namespace Wuts.Api.Tests.OpenApi;

/// <summary>The document by itself: complete, consistent, and the one that is committed.</summary>
public sealed partial class OpenApiDocumentTests
{
    private static readonly string[] Methods = ["get", "post", "put", "delete", "patch", "head"];
    private static readonly JsonObject Document = OpenApiDocument.Compose();
    private static readonly SchemaCheck Check = new(Document);

    [Fact]
    public void The_committed_document_is_the_one_that_is_served()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "openapi.json");
        var served = System.Text.Encoding.UTF8.GetString(OpenApiDocument.Utf8.Span).ReplaceLineEndings("\n") + "\n";
        var committed = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (served != committed)
        {
            var proposal = Path.Combine(Path.GetTempPath(), "openapi.json");
            File.WriteAllText(proposal, served);
            Assert.Fail($"docs/openapi.json is not what is served. If the change is meant, take {proposal}.");
        }
    }

    [Fact]
    public void It_says_which_version_of_OpenAPI_it_is() => Assert.Equal("3.1.0", Document["openapi"]!.GetValue<string>());

    [Fact]
    public void Every_reference_leads_somewhere_and_every_component_is_used()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in Nodes(Document).OfType<JsonObject>())
        {
            if (node["$ref"] is { } reference)
            {
                Assert.NotNull(Check.Resolve(reference.GetValue<string>()));
                used.Add(reference.GetValue<string>());
            }
        }

        var components = Document["components"]!.AsObject().Where(kind => kind.Key != "securitySchemes")
            .SelectMany(kind => kind.Value!.AsObject().Select(component => $"#/components/{kind.Key}/{component.Key}"));
        Assert.Empty(components.Except(used));
    }

    [Fact]
    public void Every_example_fits_its_schema()
    {
        var count = 0;
        foreach (var node in Nodes(Document).OfType<JsonObject>().Where(node => node["schema"] is not null))
        {
            var examples = node["examples"]?.AsObject().Select(example => example.Value!["value"]) ?? [];
            if (node["example"] is { } single)
            {
                examples = examples.Append(single);
            }

            foreach (var example in examples)
            {
                count++;
                Assert.Empty(Check.Faults(example, node["schema"]!, node.GetPath()));
            }
        }

        Assert.True(count > 150, $"Only {count} examples.");
    }

    [Fact]
    public void The_examples_of_the_contracts_are_the_examples_of_the_document()
    {
        var contracts = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "OpenApi", "contract-examples.json")))!.AsArray();
        Assert.True(contracts.Count >= 50, $"Only {contracts.Count} examples.");
        foreach (var contract in contracts)
        {
            var operation = Document["paths"]![contract!["path"]!.GetValue<string>()]![contract["method"]!.GetValue<string>()]!;
            var part = contract["part"]!.GetValue<string>();
            var holder = part == "request" ? operation["requestBody"]! : operation["responses"]![part]!;
            var content = holder["content"]!["application/json"]!;
            var examples = content["example"] is { } single ? [single] : content["examples"]!.AsObject().Select(example => example.Value!["value"]);
            Assert.True(
                examples.Any(example => example!.ToJsonString() == contract["example"]!.ToJsonString()),
                $"{contract["contract"]}: {contract["method"]} {contract["path"]} {part} has not the example of the contract, in its order of keys.");
        }
    }

    [Fact]
    public void Every_operation_is_named_once_tagged_and_describes_its_path_parameters()
    {
        var tags = Document["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ToHashSet();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, method, operation) in Operations())
        {
            Assert.True(ids.Add(operation["operationId"]!.GetValue<string>()), $"{method} {path} has the name of another operation.");
            Assert.All(operation["tags"]!.AsArray(), tag => Assert.Contains(tag!.GetValue<string>(), tags));
            var inPath = Parameters(operation).Where(parameter => parameter["in"]!.GetValue<string>() == "path").Select(parameter => parameter["name"]!.GetValue<string>());
            Assert.Equal(Placeholders().Matches(path).Select(match => match.Groups[1].Value).Order(), inPath.Order());
        }
    }

    [Fact]
    public void Every_operation_with_a_token_says_what_a_wrong_one_and_a_fault_of_ours_look_like()
    {
        foreach (var (path, method, operation) in Operations())
        {
            var isOpen = operation["security"] is JsonArray { Count: 0 };
            var statuses = operation["responses"]!.AsObject().Select(response => response.Key).ToList();
            Assert.True(isOpen || (statuses.Contains("401") && statuses.Contains("500")), $"{method} {path}");
            Assert.Contains(statuses, status => status[0] == '2');
        }
    }

    private static IEnumerable<(string Path, string Method, JsonObject Operation)> Operations() =>
        from path in Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where Methods.Contains(operation.Key)
        select (path.Key, operation.Key, operation.Value!.AsObject());

    private static IEnumerable<JsonObject> Parameters(JsonObject operation) => (operation["parameters"]?.AsArray() ?? [])
        .Select(parameter => (parameter!["$ref"] is { } reference ? Check.Resolve(reference.GetValue<string>()) : parameter).AsObject());

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject fields => fields.Where(field => field.Value is not null).SelectMany(field => Nodes(field.Value!)).Prepend(node),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Nodes).Prepend(node),
        _ => [node],
    };

    internal static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Wuts.Orleans.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The repository was not found above the tests.");
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholders();
}
