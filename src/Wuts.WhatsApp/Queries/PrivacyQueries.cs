using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Writes privacy queries and reads their answers. Sync sections 6.5 and 11.</summary>
public static class PrivacyQueries
{
    /// <summary>XML namespace of the queries.</summary>
    public const string Xmlns = "privacy";

    // <iq xmlns="privacy" type="get" to="s.whatsapp.net"><privacy/></iq>

    /// <summary>Builds the query for the own privacy settings.</summary>
    public static Node BuildSettings(string id) => Iq.Get(id, Xmlns, Jid.WhatsApp, new Node("privacy"));

    /// <summary>
    /// Reads the settings by their names on the wire (<c>last</c>, <c>status</c> for "about", <c>profile</c> for the picture, …)
    /// with values such as <c>all</c>, <c>contacts</c>, <c>contact_blacklist</c>, <c>none</c>.
    /// </summary>
    /// <exception cref="QueryRefusedException">The server refused the query.</exception>
    public static IReadOnlyDictionary<string, string> ParseSettings(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        if (!answer.TryGetChild("privacy", out var privacy))
        {
            throw new UnexpectedAnswerException(Xmlns, "the privacy element is missing");
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var category in privacy.Children)
        {
            if (category.Tag == "category" && category["name"] is { } name && category["value"] is { } value)
            {
                settings[name] = value;
            }
        }

        return settings;
    }

    // <iq xmlns="privacy" type="set" to="s.whatsapp.net">
    //   <tokens><token jid="{lid}" t="{seconds}" type="trusted_contact"/></tokens></iq>

    /// <summary>Builds the query that gives a person our trusted-contact token.</summary>
    public static Node BuildIssueToken(string id, Jid person, DateTimeOffset now) =>
        Iq.Set(
            id,
            Xmlns,
            Jid.WhatsApp,
            new Node(
                "tokens",
                [],
                [new Node("token", [("jid", person.ToBase()), ("t", now.ToUnixTimeSeconds()), ("type", "trusted_contact")])]));
}
