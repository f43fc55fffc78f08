namespace Wuts.WhatsApp;

/// <summary>
/// WhatsApp answered a query with an error. What callers expect as an answer ("no picture", "hidden", "not a member")
/// is an outcome of the query and not this exception. Protocol section 6.1, sync section 12.
/// </summary>
public sealed class QueryRefusedException : WhatsAppException
{
    /// <summary>Creates the exception from the error of an answer.</summary>
    /// <param name="query">The kind of query: its XML namespace, for example <c>w:g2</c>.</param>
    /// <param name="error">What the server said.</param>
    public QueryRefusedException(string query, Queries.QueryError error)
        : base($"WhatsApp refused a {query} query with {error.Code} {error.Text}.")
    {
        Query = query;
        Error = error;
    }

    /// <summary>The kind of query: its XML namespace.</summary>
    public string Query { get; }

    /// <summary>Code, text and back-off as the server sent them.</summary>
    public Queries.QueryError Error { get; }

    /// <summary>Whether the account was slowed down; wait for <see cref="Queries.QueryError.Backoff"/> before the next one.</summary>
    public bool IsRateLimit => Error.IsRateLimit;

    /// <inheritdoc/>
    public override bool IsTransient => Error.Code is 429 or 500 or 503 or 530;
}
