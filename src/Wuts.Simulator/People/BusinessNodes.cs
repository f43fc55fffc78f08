using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.People;

/// <summary>Writes what the server says about a business. Sync section 7.</summary>
internal static class BusinessNodes
{
    /// <summary>The <c>business</c> element of a user query.</summary>
    public static Node OfQuery(BusinessCard business) => business.Name is null
        ? new Node("business")
        : new Node("business", [], [VerifiedName(business)]);

    /// <summary>The verified name with its certificate.</summary>
    public static Node VerifiedName(BusinessCard business, params ReadOnlySpan<(string, AttributeValue)> first) => new(
        "verified_name",
        [
            .. first,
            ("v", 1),
            ("verified_level", business.VerifiedLevel),
            ("host_storage", 2),
            ("actual_actors", 1),
            ("privacy_mode_ts", 1700000000),
        ],
        Certificate(business));

    /// <summary>A business profile as the query for it is answered.</summary>
    public static Node Profile(Jid jid, BusinessDetails details)
    {
        var children = new List<Node>();
        Add(children, "address", details.Address);
        Add(children, "description", details.Description);
        foreach (var website in details.Websites)
        {
            Add(children, "website", website);
        }

        Add(children, "email", details.Email);
        Add(children, "latitude", details.Latitude);
        Add(children, "longitude", details.Longitude);
        if (details.Categories.Count > 0)
        {
            children.Add(new Node("categories", [], [.. details.Categories.Select(category => Text("category", category.Value, ("id", category.Key)))]));
        }

        if (details.Options.Count > 0)
        {
            children.Add(new Node("profile_options", [], [.. details.Options.Select(option => Text(option.Key, option.Value))]));
        }

        if (details.TimeZone is { } zone)
        {
            children.Add(new Node("business_hours", [("timezone", zone)], [.. details.Hours.Select(Hours)]));
        }

        return new Node("profile", [("jid", jid), ("tag", 1122334455)], [.. children]);
    }

    private static byte[] Certificate(BusinessCard business)
    {
        var details = new VerifiedNameCertificate.Types.Details
        {
            Serial = 1,
            Issuer = business.Issuer,
            VerifiedName = business.Name,
            IssueTime = 1700000000,
        };

        // No client checks the signatures, and so there is nobody who could make them.
        return new VerifiedNameCertificate
        {
            Details = details.ToByteString(),
            Signature = ByteString.CopyFrom(new byte[64]),
            ServerSignature = ByteString.CopyFrom(new byte[64]),
        }.ToByteArray();
    }

    private static Node Hours(OpeningHours hours) => new("business_hours_config",
    [
        ("day_of_week", hours.Day),
        ("mode", hours.Mode),
        ("open_time", hours.Opens is { } opens ? (AttributeValue)opens : default),
        ("close_time", hours.Closes is { } closes ? (AttributeValue)closes : default),
    ]);

    private static void Add(List<Node> children, string tag, string? text)
    {
        if (text is not null)
        {
            children.Add(Text(tag, text));
        }
    }

    private static Node Text(string tag, string text, params ReadOnlySpan<(string, AttributeValue)> attributes) =>
        new(tag, attributes, Encoding.UTF8.GetBytes(text));
}
