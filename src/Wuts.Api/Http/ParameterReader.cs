using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Wuts.Api.Http;

/// <summary>
/// Reads the parameters of a query string and collects what is wrong with them: read all, then ask <see cref="Problem"/> once.
/// Unknown parameters are ignored. A parameter that is there twice is a problem, whatever its values.
/// </summary>
internal sealed class ParameterReader(IQueryCollection query, BooleanWords booleans)
{
    /// <summary>Longest value of a text parameter, unless a reader says otherwise.</summary>
    public const int DefaultMaxLength = 256;

    /// <summary>What is wrong so far, in the order of reading.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>What is wrong; <see langword="null"/> when nothing is.</summary>
    public Problem? Problem => Problems.ToProblem();

    /// <summary>A text, trimmed; <see langword="null"/> when it is absent or empty, or when it is a problem.</summary>
    public string? Text(string name, int maxLength = DefaultMaxLength)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        var text = value.Trim();
        if (text.Length > maxLength)
        {
            Problems.Add(name, string.Create(CultureInfo.InvariantCulture, $"{name} has at most {maxLength} characters"), FieldFault.OutOfRange);
            return null;
        }

        return text.Length == 0 ? null : text;
    }

    /// <summary>A text that must be there; empty when it is a problem.</summary>
    public string Required(string name, int maxLength = DefaultMaxLength)
    {
        var before = Problems.Count;
        if (Text(name, maxLength) is { } text)
        {
            return text;
        }

        if (Problems.Count == before)
        {
            Problems.Add(name, $"{name} is required", FieldFault.Missing);
        }

        return "";
    }

    /// <summary>A boolean under a name or one of its aliases; <see langword="null"/> when it is absent. An empty value is a problem.</summary>
    public bool? Boolean(string name, params ReadOnlySpan<string> aliases)
    {
        var found = ReadBoolean(name);
        foreach (var alias in aliases)
        {
            found ??= ReadBoolean(alias);
        }

        return found;
    }

    /// <summary>A whole number in ASCII digits; <see langword="null"/> when it is absent.</summary>
    public long? Integer(string name, long min, long max)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (text.AsSpan().ContainsAnyExceptInRange('0', '9') || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Problems.Add(name, $"{name} must be a whole number", FieldFault.Malformed, text);
            return null;
        }

        if (number < min || number > max)
        {
            Problems.Add(name, string.Create(CultureInfo.InvariantCulture, $"{name} must be between {min} and {max}"), FieldFault.OutOfRange, text);
            return null;
        }

        return number;
    }

    /// <summary>Whether a parameter is there, empty or not.</summary>
    public bool Has(string name) => query.ContainsKey(name);

    private bool? ReadBoolean(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (BooleanText.TryParse(value, booleans, out var boolean))
        {
            return boolean;
        }

        Problems.Add(name, $"{name} must be true or false", FieldFault.Malformed, value);
        return null;
    }

    private bool TryGet(string name, out string value)
    {
        value = "";
        if (!query.TryGetValue(name, out var values) || values.Count == 0)
        {
            return false;
        }

        if (values.Count > 1)
        {
            Problems.Add(name, $"{name} must be given once", FieldFault.Duplicate);
            return false;
        }

        value = values[0] ?? "";
        return true;
    }
}

/// <summary>Booleans as text.</summary>
internal static class BooleanText
{
    public static bool TryParse(ReadOnlySpan<char> text, BooleanWords words, out bool value)
    {
        var trimmed = text.Trim();
        value = trimmed is "1" || Is(trimmed, "true") || (words == BooleanWords.WithYesAndNo && Is(trimmed, "yes"));
        return value || trimmed is "0" || Is(trimmed, "false") || (words == BooleanWords.WithYesAndNo && Is(trimmed, "no"));
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
