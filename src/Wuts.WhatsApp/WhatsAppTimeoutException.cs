namespace Wuts.WhatsApp;

/// <summary>WhatsApp did not answer in time. That is not the same as an empty answer: nothing is known.</summary>
public sealed class WhatsAppTimeoutException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="query">The kind of query: its XML namespace, or the tag of the stanza.</param>
    /// <param name="timeout">How long the answer was awaited.</param>
    public WhatsAppTimeoutException(string query, TimeSpan timeout)
        : base($"WhatsApp did not answer a {query} query within {timeout.TotalSeconds:0.#} s.")
    {
        Query = query;
        Timeout = timeout;
    }

    /// <summary>The kind of query: its XML namespace, or the tag of the stanza.</summary>
    public string Query { get; }

    /// <summary>How long the answer was awaited.</summary>
    public TimeSpan Timeout { get; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
