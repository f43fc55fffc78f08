using System.Globalization;
using System.Reflection;

namespace Wuts.Storage.Migrations;

/// <summary>A numbered step of the schema: a file <c>NNNN_name.sql</c> of this folder.</summary>
/// <param name="Version">Its number; they follow each other from 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Statements">Its statements, in order.</param>
internal sealed record Migration(int Version, string Name, IReadOnlyList<string> Statements)
{
    /// <summary>All steps that this program knows, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    private static List<Migration> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string Prefix = "Wuts.Storage.Migrations.";
        var found = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order())
        {
            var name = resource[Prefix.Length..^".sql".Length];
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
