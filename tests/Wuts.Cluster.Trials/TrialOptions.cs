using System.Globalization;

namespace Wuts.Cluster.Trials;

/// <summary>What a trial was started with: pairs of a name and a value.</summary>
internal sealed class TrialOptions
{
    private readonly Dictionary<string, string> _values;

    private TrialOptions(Dictionary<string, string> values) => _values = values;

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <exception cref="ArgumentException">A name has no value, or is no name.</exception>
    public static TrialOptions Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            values[arguments[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < arguments.Count
                ? arguments[i][2..]
                : throw new ArgumentException($"\"{arguments[i]}\" is not a name with a value behind it.")] = arguments[i + 1];
        }

        return new TrialOptions(values);
    }

    /// <summary>A text, or what holds without it.</summary>
    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <summary>A text, if there is one.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>A number, or what holds without it.</summary>
    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
