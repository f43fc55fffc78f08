using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Writes business profile queries and reads their answers. Sync section 7.1.</summary>
public static class BusinessProfileQuery
{
    /// <summary>XML namespace of the query.</summary>
    public const string Xmlns = "w:biz";

    private const string Version = "244";

    // <iq xmlns="w:biz" type="get" to="s.whatsapp.net"><business_profile v="244"><profile jid="…"/></business_profile></iq>

    /// <summary>Builds the query for one account; by phone number when it is known.</summary>
    public static Node Build(string id, Jid jid) =>
        Iq.Get(
            id,
            Xmlns,
            Jid.WhatsApp,
            new Node("business_profile", [("v", Version)], [new Node("profile", [("jid", jid.ToBase())])]));

    /// <summary>Reads the answer; <see langword="null"/> means that the account has no business profile.</summary>
    /// <exception cref="QueryRefusedException">Any error but "not found".</exception>
    public static BusinessProfile? Parse(Node answer)
    {
        if (Iq.IsError(answer, out var error))
        {
            return error.Code == 404 ? null : throw new QueryRefusedException(Xmlns, error);
        }

        if (answer.Child("business_profile")?.Child("profile") is not { } profile || Iq.BaseJid(profile, "jid") is not { } jid)
        {
            return null;
        }

        var websites = new List<string>();
        foreach (var child in profile.Children)
        {
            if (child.Tag == "website" && child.ContentText is { Length: > 0 } website)
            {
                websites.Add(website);
            }
        }

        var hours = profile.Child("business_hours");
        return new BusinessProfile
        {
            Jid = jid,
            Address = Text(profile, "address"),
            Description = Text(profile, "description"),
            Email = Text(profile, "email"),
            Latitude = Text(profile, "latitude"),
            Longitude = Text(profile, "longitude"),
            Websites = websites,
            Categories = Categories(profile.Child("categories")),
            Options = Options(profile.Child("profile_options")),
            HoursTimeZone = hours?["timezone"] ?? "",
            Hours = Hours(hours),
        };
    }

    private static string Text(Node profile, string tag) => profile.Child(tag)?.ContentText ?? "";

    private static List<BusinessCategory> Categories(Node? categories)
    {
        var found = new List<BusinessCategory>();
        foreach (var category in categories is null ? default : categories.Children)
        {
            if (category.Tag == "category")
            {
                found.Add(new BusinessCategory(category["id"] ?? "", category.ContentText ?? ""));
            }
        }

        return found;
    }

    private static Dictionary<string, string> Options(Node? options)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in options is null ? default : options.Children)
        {
            found[option.Tag] = option.ContentText ?? "";
        }

        return found;
    }

    private static List<BusinessHours> Hours(Node? hours)
    {
        var found = new List<BusinessHours>();
        foreach (var day in hours is null ? default : hours.Children)
        {
            if (day.Tag == "business_hours_config")
            {
                found.Add(new BusinessHours(
                    day["day_of_week"] ?? "", day["mode"] ?? "", day["open_time"] ?? "", day["close_time"] ?? ""));
            }
        }

        return found;
    }
}
