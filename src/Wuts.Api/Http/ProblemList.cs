namespace Wuts.Api.Http;

/// <summary>Collects what is wrong with the input of a call.</summary>
internal sealed class ProblemList
{
    /// <summary>Values that are longer are not repeated to the caller.</summary>
    private const int MaxEchoLength = 100;

    /// <summary>An answer lists so many problems at most: a body of a million wrong entries gets a short answer.</summary>
    private const int MaxProblems = 20;

    private List<FieldProblem>? _fields;

    /// <summary>How many there are.</summary>
    public int Count => _fields?.Count ?? 0;

    /// <summary>Adds one.</summary>
    public void Add(string field, string message, FieldFault fault = FieldFault.Malformed, string? value = null)
    {
        _fields ??= [];
        if (_fields.Count < MaxProblems)
        {
            _fields.Add(new FieldProblem(field, message, fault, value is { Length: <= MaxEchoLength } ? value : null));
        }
    }

    /// <summary>All of them as one problem; <see langword="null"/> when there is none.</summary>
    public Problem? ToProblem() => _fields is null ? null : new Problem.Invalid(_fields);
}
