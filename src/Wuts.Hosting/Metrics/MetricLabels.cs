namespace Wuts.Hosting.Metrics;

/// <summary>The labels of a series. Equal when names and values are, in the order of the instrument.</summary>
internal readonly struct MetricLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags) : IEquatable<MetricLabels>
{
    private readonly KeyValuePair<string, object?>[] _tags = tags.ToArray();

    /// <summary>Names and values.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => _tags;

    /// <inheritdoc/>
    public bool Equals(MetricLabels other)
    {
        if (_tags.Length != other._tags.Length)
        {
            return false;
        }

        for (var i = 0; i < _tags.Length; i++)
        {
            if (_tags[i].Key != other._tags[i].Key || !Equals(_tags[i].Value, other._tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetricLabels other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in _tags)
        {
            hash.Add(name);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
