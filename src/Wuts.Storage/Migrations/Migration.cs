using System.Globalization;
using System.Reflection;

namespace Wuts.Storage.Migrations;

/// <summary>A numbered step of a schema: a file <c>NNNN_name.sql</c> that is embedded in an assembly.</summary>
/// <param name="Version">Its number; they follow each other from 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Statements">Its statements, in order.</param>
internal sealed record Migration(int Version, string Name, IReadOnlyList<string> Statements)
{
    /// <summary>The steps of the stores, which are in this folder, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load(Assembly.GetExecutingAssembly(), "Wuts.Storage.Migrations.");

    /// <summary>The steps that an assembly has under a prefix, in order.</summary>
    public static IReadOnlyList<Migration> Load(Assembly assembly, string prefix)
    {
        var found = new List<Migration>();
        var resources = assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        foreach (var resource in resources.Order(StringComparer.Ordinal))
        {
            var name = resource[prefix.Length..^".sql".Length];
            var separator = name.IndexOf('_', StringComparison.Ordinal);
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var version = int.Parse(name[..separator], CultureInfo.InvariantCulture);
            found.Add(new Migration(version, name[(separator + 1)..], Split(reader.ReadToEnd())));
        }

        return found;
    }

    // Statements end with a semicolon at the end of a line; comments stand on lines of their own.
    private static List<string> Split(string text)
    {
        var lines = text.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal));
        var statements = string.Join('\n', lines).Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. statements.Where(statement => statement.Length > 0)];
    }
}
