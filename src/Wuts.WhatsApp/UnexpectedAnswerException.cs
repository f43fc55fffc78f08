namespace Wuts.WhatsApp;

/// <summary>WhatsApp answered a query with a stanza that does not have the shape that this version knows.</summary>
public sealed class UnexpectedAnswerException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="query">The kind of query: its XML namespace.</param>
    /// <param name="problem">What is missing or wrong, without any value from the answer.</param>
    public UnexpectedAnswerException(string query, string problem)
        : base($"The answer to a {query} query is not understood: {problem}.") => Query = query;

    /// <summary>The kind of query: its XML namespace.</summary>
    public string Query { get; }
}
