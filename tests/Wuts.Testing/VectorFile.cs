using System.Collections.Concurrent;
using System.Text.Json;

namespace Wuts.Testing;

/// <summary>
/// Vector files that stand beside the tests. Name them by constants: a test reads which ones the tests use from their code.
/// </summary>
public static class VectorFile
{
    private static readonly ConcurrentDictionary<string, JsonDocument> Documents = new(StringComparer.Ordinal);

    /// <summary>Folder with the files, copied to the output of the test project.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Vectors");

    /// <summary>The root element of a vector file, for example <c>Open("jids.json")</c>.</summary>
    public static JsonElement Open(string name) =>
        Documents.GetOrAdd(name, static n => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, n)))).RootElement;

    /// <summary>Bytes of a hexadecimal property.</summary>
    public static byte[] HexOf(this JsonElement element, string property) => Hex.Bytes(element.GetProperty(property).GetString()!);

    /// <summary>A text property.</summary>
    public static string TextOf(this JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
