using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.Benchmarks.Nodes;

/// <summary>The nodes of <c>typical-nodes.json</c>, which other implementations are measured with as well.</summary>
internal static class TypicalNodes
{
    /// <summary>Where the file is.</summary>
    public static string FilePath { get; } = Path.Combine(AppContext.BaseDirectory, "Nodes", "typical-nodes.json");

    /// <summary>Reads the file.</summary>
    public static IReadOnlyList<(string Name, Node Node)> Load()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(FilePath));
        return [.. file.RootElement.GetProperty("vectors").EnumerateArray()
            .Select(vector => (vector.TextOf("name"), NodeJson.Read(vector.GetProperty("node"))))];
    }
}
