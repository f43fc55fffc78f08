using System.Collections.Concurrent;

namespace Wuts.Simulator;

/// <summary>
/// Who may see what of a person, by the names that the wire uses: <c>profile</c> is the picture, <c>status</c> the about text.
/// Sync section 11. Safe for concurrent use.
/// </summary>
public sealed class PrivacySettings
{
    /// <summary>The picture.</summary>
    public const string Picture = "profile";

    /// <summary>The about text.</summary>
    public const string About = "status";

    /// <summary>When the person was last there.</summary>
    public const string LastSeen = "last";

    /// <summary>Everybody.</summary>
    public const string Everyone = "all";

    /// <summary>Those in the person's address book, and those who show a token.</summary>
    public const string Contacts = "contacts";

    /// <summary>As <see cref="Contacts"/>, without those that the person excepts.</summary>
    public const string ContactsExcept = "contact_blacklist";

    /// <summary>Nobody but the person.</summary>
    public const string Nobody = "none";

    private static readonly string[] Categories =
        ["last", "online", "profile", "status", "readreceipts", "groupadd", "calladd", "messages", "defense", "stickers"];

    private static readonly HashSet<string> Values = new(StringComparer.Ordinal)
    {
        Everyone, Contacts, ContactsExcept, Nobody, "match_last_seen", "known", "on_standard", "off",
    };

    private ConcurrentDictionary<string, string>? _changed;

    /// <summary>The names of all settings, in the order in which the server lists them.</summary>
    public static IReadOnlyList<string> Names => Categories;

    /// <summary>The value of a setting; <see cref="Everyone"/> when it was never changed.</summary>
    public string this[string name] => _changed is { } changed && changed.TryGetValue(name, out var value) ? value : Everyone;

    /// <summary>Whether there is a setting with the name, and it may have the value.</summary>
    public static bool IsValid(string? name, string? value) =>
        name is not null && value is not null && Categories.Contains(name) && Values.Contains(value);

    internal void Set(string name, string value)
    {
        if (!IsValid(name, value))
        {
            throw new ArgumentException("There is no privacy setting with this name and value.", nameof(value));
        }

        LazyInitializer.EnsureInitialized(ref _changed, () => new(StringComparer.Ordinal))[name] = value;
    }
}
