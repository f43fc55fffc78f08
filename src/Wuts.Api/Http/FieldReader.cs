using System.Globalization;
using System.Text.Json;

namespace Wuts.Api.Http;

/// <summary>
/// Reads the fields of a JSON object and collects what is wrong with them, like <see cref="ParameterReader"/> does for a query
/// string. Unknown fields are ignored. <c>null</c> counts as absent.
/// </summary>
internal sealed class FieldReader(JsonElement body)
{
    /// <summary>What is wrong so far, in the order of reading.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>What is wrong; <see langword="null"/> when nothing is.</summary>
    public Problem? Problem => Problems.ToProblem();

    /// <summary>Whether a field is there and not <c>null</c>.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>A text, trimmed; <see langword="null"/> when it is absent or empty, or when it is a problem.</summary>
    public string? Text(string name, int maxLength = ParameterReader.DefaultMaxLength) =>
        TryGet(name, out var value) && ReadText(name, value, maxLength, trim: true) is { Length: > 0 } text ? text : null;

    /// <summary>A text exactly as it is written, which may be empty; <see langword="null"/> when it is absent, or when it is a problem.</summary>
    public string? RawText(string name, int maxLength = ParameterReader.DefaultMaxLength) =>
        TryGet(name, out var value) ? ReadText(name, value, maxLength, trim: false) : null;

    /// <summary>
    /// A text, a number or a boolean, each as it is written; <see langword="null"/> when it is absent, or when it is a problem. For
    /// contracts that take one parameter from a query string or from a body.
    /// </summary>
    public string? Scalar(string name, int maxLength = ParameterReader.DefaultMaxLength) =>
        !TryGet(name, out var value) ? null
        : value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? value.GetRawText()
        : ReadText(name, value, maxLength, trim: false);

    /// <summary>A text that must be there; empty when it is a problem.</summary>
    public string Required(string name, int maxLength = ParameterReader.DefaultMaxLength)
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

    /// <summary>A JSON boolean; <see langword="null"/> when it is absent.</summary>
    public bool? Boolean(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Problems.Add(name, $"{name} must be true or false");
        return null;
    }

    /// <summary>A list of texts, each exactly as it is written; <see langword="null"/> when it is absent, or when it is a problem.</summary>
    public List<string>? Texts(string name, int maxCount, int maxLength = ParameterReader.DefaultMaxLength)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Problems.Add(name, $"{name} must be a list");
            return null;
        }

        var count = value.GetArrayLength();
        if (count > maxCount)
        {
            Problems.Add(name, string.Create(CultureInfo.InvariantCulture, $"{name} has at most {maxCount} entries"), FieldFault.OutOfRange);
            return null;
        }

        var texts = new List<string>(count);
        var before = Problems.Count;
        foreach (var entry in value.EnumerateArray())
        {
            texts.Add(ReadText(string.Create(CultureInfo.InvariantCulture, $"{name}[{texts.Count}]"), entry, maxLength, trim: false) ?? "");
        }

        return Problems.Count == before ? texts : null;
    }

    private string? ReadText(string name, JsonElement value, int maxLength, bool trim)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Problems.Add(name, $"{name} must be a string");
            return null;
        }

        if (TextOf(value) is not { } text)
        {
            Problems.Add(name, $"{name} is not valid text");
            return null;
        }

        text = trim ? text.Trim() : text;
        if (text.Length > maxLength)
        {
            Problems.Add(name, string.Create(CultureInfo.InvariantCulture, $"{name} has at most {maxLength} characters"), FieldFault.OutOfRange);
            return null;
        }

        return text;
    }

    // The parser leaves ill-formed UTF-8 and lone surrogates in strings to whoever reads them.
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }
}
