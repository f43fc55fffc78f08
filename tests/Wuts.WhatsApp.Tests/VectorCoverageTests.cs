using System.Buffers.Binary;
using System.Reflection;
using System.Text.Json;
using Wuts.Testing;

namespace Wuts.WhatsApp.Tests;

/// <summary>Demands that every file in the Vectors folder, and every top-level section in it, is used by the tests.</summary>
/// <remarks>
/// There is nothing to declare, because a declaration can be forgotten or wrong, and counting at run time would depend on the
/// order of the tests and on filters. So the compiled tests themselves are read: a file is used where code has its name as a
/// constant (or a theory as inline data), and a section is used where code in the same namespace has the section's name as a
/// constant. Deleting a test, adding a file that nobody opens, or leaving a section out therefore fails here, by name.
/// </remarks>
public class VectorCoverageTests
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // The constants of the tests, by namespace: the room that they test.
    private static readonly IReadOnlyList<HashSet<string>> Rooms =
    [
        .. typeof(VectorCoverageTests).Assembly.GetTypes()
            .Where(type => type != typeof(VectorCoverageTests))
            .GroupBy(type => type.Namespace, type => type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
            .Select(room => room.SelectMany(methods => methods).SelectMany(ConstantsOf).ToHashSet(StringComparer.Ordinal)),
    ];

    [Fact]
    public void Every_vector_file_is_consumed()
    {
        var files = Files().ToList();

        Assert.NotEmpty(files);
        AssertNone(files.Where(file => !Rooms.Any(room => room.Contains(file))));
    }

    [Fact]
    public void Every_section_of_every_vector_file_is_consumed() => AssertNone(
        from file in Files()
        from section in Sections(file)
        where !Rooms.Any(room => room.Contains(file) && room.Contains(section))
        select $"{file}: {section}");

    private static IEnumerable<string> Files() =>
        Directory.GetFiles(VectorFile.Folder, "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Sections(string file)
    {
        var root = VectorFile.Open(file);
        return root.ValueKind == JsonValueKind.Object ? root.EnumerateObject().Select(p => p.Name).Where(name => !IsComment(name)) : [];
    }

    private static bool IsComment(string name) =>
        name is "description" or "source" or "note" or "notes" || name.EndsWith("_note", StringComparison.Ordinal);

    private static void AssertNone(IEnumerable<string> unused) =>
        Assert.True(!unused.Any(), $"Not consumed by any test: {string.Join(", ", unused)}");

    private static IEnumerable<string> ConstantsOf(MethodBase method) => StringsIn(method).Concat(
        method.GetCustomAttributes<InlineDataAttribute>()
            .SelectMany(data => data.GetData((MethodInfo)method))
            .SelectMany(row => (row ?? []).OfType<string>()));

    // The strings that a method loads: the opcode "ldstr", then a token of the table of strings.
    private static IEnumerable<string> StringsIn(MethodBase method)
    {
        const int ldstr = 0x72, instructionSize = 5, strings = 0x70;
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at + instructionSize <= code.Length; at++)
        {
            var token = BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at + 1));
            if (code[at] == ldstr && token >>> 24 == strings)
            {
                yield return method.Module.ResolveString(token);
            }
        }
    }
}
