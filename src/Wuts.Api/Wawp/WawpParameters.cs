using System.Globalization;
using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp;

/// <summary>
/// The parameters of a call, wherever the client put them: query string, then JSON body. What is there twice with two values is a
/// problem, and so is what is neither text, number nor boolean. Unknown parameters are ignored. Contract wawp 1.1, 1.4.
/// </summary>
internal sealed class WawpParameters
{
    /// <summary>Longest value of a parameter.</summary>
    public const int MaxLength = 500;

    private readonly IQueryCollection _query;
    private readonly RequestBody _body;
    private readonly FieldReader _fields;

    private WawpParameters(IQueryCollection query, RequestBody body)
    {
        _query = query;
        _body = body;
        _fields = body.Fields();
    }

    /// <summary>What is wrong so far, in the order of reading.</summary>
    public ProblemList Problems => _fields.Problems;

    /// <summary>What is wrong; <see langword="null"/> when nothing is.</summary>
    public Problem? Problem => _body.Problem ?? Problems.ToProblem();

    /// <summary>Reads the parameters of a call. A form is not read at all, and neither is a body where the contract has none.</summary>
    public static async Task<WawpParameters> ReadAsync(Call call)
    {
        var request = call.Http.Request;
        var hasBody = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !request.HasFormContentType;
        return new WawpParameters(request.Query, hasBody ? await call.ReadBodyAsync() : RequestBody.Absent);
    }

    /// <summary>A text, trimmed; <see langword="null"/> when it is absent or empty, or when it is a problem.</summary>
    public string? Text(string name) => Find(name, []);

    /// <summary>
    /// A credential, which may stand in headers too; <see langword="null"/> when it is absent or empty, or when it is a problem.
    /// </summary>
    /// <param name="name">Its name among the parameters.</param>
    /// <param name="headers">Values of the headers that may carry it.</param>
    public string? Credential(string name, IEnumerable<string?> headers) => Find(name, headers);

    /// <summary>A text that must be there; empty when it is a problem.</summary>
    public string Required(string name)
    {
        var before = Problems.Count;
        var text = Text(name);
        if (text is null && Problems.Count == before)
        {
            Problems.Add(name, $"{name} is required", FieldFault.Missing);
        }

        return text ?? "";
    }

    /// <summary>An address among the parameters; <c>default</c> when it is a problem.</summary>
    public Jid Address(string name, AddressKinds kinds) => Address(name, Required(name), kinds);

    /// <summary>An address that stands in the path.</summary>
    public Jid Address(string name, string text, AddressKinds kinds)
    {
        if (!WawpAddress.Rules.TryRead(text, kinds, out var jid, out var reason) && text.Length > 0)
        {
            Problems.Add(name, $"{name} is not acceptable: {reason}");
        }

        return jid;
    }

    /// <summary>A boolean: <c>true</c>, <c>false</c>, <c>1</c>, <c>0</c> in any case; false when it is absent.</summary>
    public bool Flag(string name)
    {
        if (Text(name) is not { } text)
        {
            return false;
        }

        if (!BooleanText.TryParse(text, BooleanWords.Plain, out var value))
        {
            Problems.Add(name, $"{name} must be true or false");
        }

        return value;
    }

    /// <summary>A whole number in ASCII digits.</summary>
    public int Integer(string name, int fallback, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (!text.AsSpan().ContainsAnyExceptInRange('0', '9')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Problems.Add(name, string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {min} to {max}"));
        return fallback;
    }

    /// <summary>One of some words, in any case, as the list writes it.</summary>
    public string OneOf(string name, string fallback, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        foreach (var word in words)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        Problems.Add(name, $"{name} must be one of: {string.Join(", ", words!)}");
        return fallback;
    }

    private string? Find(string name, IEnumerable<string?> headers)
    {
        var before = Problems.Count;
        string? found = null;
        foreach (var value in headers)
        {
            found = Merge(name, found, value);
        }

        foreach (var value in _query[name])
        {
            found = Merge(name, found, value);
        }

        found = Merge(name, found, _fields.Scalar(name, MaxLength));
        if (found?.Length > MaxLength)
        {
            Problems.Add(name, $"{name} is too long", FieldFault.OutOfRange);
        }

        return Problems.Count == before && found is { Length: > 0 } ? found : null;
    }

    private string? Merge(string name, string? found, string? value)
    {
        value = value?.Trim() is { Length: > 0 } text ? text : null;
        if (found is not null && value is not null && found != value)
        {
            Problems.Add(name, $"{name} is given more than once with different values", FieldFault.Duplicate);
        }

        return found ?? value;
    }
}
