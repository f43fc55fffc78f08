namespace Wuts.Simulator.Registration;

/// <summary>
/// The references of one pair-device: the first is good for a minute, each further one for twenty seconds more, counted
/// from when they were sent. Protocol section 7.2.
/// </summary>
internal sealed class ReferenceList(IReadOnlyList<string> references, DateTimeOffset sentAt)
{
    public static readonly TimeSpan FirstLifetime = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan NextLifetime = TimeSpan.FromSeconds(20);

    public IReadOnlyList<string> References { get; } = references;

    /// <summary>When the last one ends.</summary>
    public DateTimeOffset EndsAt => ExpiryOf(References.Count - 1);

    /// <summary>When a reference ends; <see langword="null"/> when it is not in the list.</summary>
    public DateTimeOffset? ExpiryOf(string reference)
    {
        for (var i = 0; i < References.Count; i++)
        {
            if (References[i] == reference)
            {
                return ExpiryOf(i);
            }
        }

        return null;
    }

    private DateTimeOffset ExpiryOf(int index) => sentAt + FirstLifetime + (index * NextLifetime);
}
