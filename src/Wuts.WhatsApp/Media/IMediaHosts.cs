namespace Wuts.WhatsApp.Media;

/// <summary>Knows which hosts serve encrypted files.</summary>
public interface IMediaHosts
{
    /// <summary>Base URLs in the order in which they are to be tried; at least one.</summary>
    /// <param name="refresh">The last answer did not work: ask again instead of answering from a cache.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<Uri>> GetAsync(bool refresh, CancellationToken cancellationToken);
}

/// <summary>One fixed base URL: what <c>MediaBaseUrl</c> is set to.</summary>
public sealed class FixedMediaHost : IMediaHosts
{
    private readonly IReadOnlyList<Uri> _hosts;

    /// <summary>Serves everything from one place.</summary>
    /// <param name="baseUrl">What replaces <c>https://host</c> in front of a direct path; it may have a path of its own.</param>
    /// <exception cref="ArgumentException">Not an absolute HTTP or HTTPS URL, or one with a query.</exception>
    public FixedMediaHost(Uri baseUrl)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        if (!baseUrl.IsAbsoluteUri || (baseUrl.Scheme != Uri.UriSchemeHttp && baseUrl.Scheme != Uri.UriSchemeHttps)
            || baseUrl.Query.Length > 0 || baseUrl.Fragment.Length > 0)
        {
            throw new ArgumentException("A media base URL is an absolute http or https URL without query.", nameof(baseUrl));
        }

        _hosts = [baseUrl];
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Uri>> GetAsync(bool refresh, CancellationToken cancellationToken) => new(_hosts);
}
