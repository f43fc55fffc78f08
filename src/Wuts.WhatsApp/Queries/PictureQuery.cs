using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Which size of a picture is asked for. Sync section 6.1.</summary>
public enum PictureSize
{
    /// <summary>Thumbnail, 96 × 96.</summary>
    Preview,

    /// <summary>Full size, at most 640 × 640.</summary>
    Full,
}

/// <summary>A trusted-contact token with the time it was made. Sync section 6.5.</summary>
/// <param name="Bytes">The token.</param>
/// <param name="Timestamp">When the other side made it.</param>
public sealed record PrivacyToken(ReadOnlyMemory<byte> Bytes, DateTimeOffset Timestamp);

/// <summary>A request for a picture. Sync section 6.1.</summary>
public sealed record PictureRequest
{
    /// <summary>Person or group, without device.</summary>
    public required Jid Target { get; init; }

    /// <summary>Default <see cref="PictureSize.Preview"/>.</summary>
    public PictureSize Size { get; init; } = PictureSize.Preview;

    /// <summary>The id that the caller has; the server may then answer "unchanged".</summary>
    public string? ExistingId { get; init; }

    /// <summary>Invite code of a group that this account has not joined.</summary>
    public string? InviteCode { get; init; }

    /// <summary>A group that is shared with the person.</summary>
    public Jid? CommonGroup { get; init; }

    /// <summary>Token that proves a relation; never sent for groups or for the own account, where the server would not answer.</summary>
    public PrivacyToken? Token { get; init; }

    /// <summary>Whether <see cref="Target"/> is a community, whose picture is asked for in another way.</summary>
    public bool IsCommunity { get; init; }
}

/// <summary>Writes picture queries and reads their answers. Sync sections 6.1 and 6.2.</summary>
public static class PictureQuery
{
    /// <summary>XML namespace of the query for people and groups.</summary>
    public const string Xmlns = "w:profile:picture";

    private static readonly Jid Announcements = new("0", JidServers.User);

    // <iq xmlns="w:profile:picture" type="get" to="s.whatsapp.net" target="{jid}">
    //   <picture type="preview|image" query="url" id? invite? common_gid?><tctoken t?>…</tctoken>?</picture></iq>
    // <iq xmlns="w:g2" type="get" to="{community}">
    //   <pictures><picture parent_group_jid="{community}" type query="url"/></pictures></iq>

    /// <summary>Builds the query.</summary>
    /// <param name="id">Stanza id, unique on the connection.</param>
    /// <param name="request">Whose picture, which size.</param>
    /// <param name="own">The own account's addresses; a token is never attached to a query for one of them.</param>
    /// <exception cref="ArgumentException">The target has no picture that can be asked for; such a query is never answered.</exception>
    public static Node Build(string id, PictureRequest request, params ReadOnlySpan<Jid> own)
    {
        var target = request.Target.ToBase();
        if (target == Announcements || !(target.IsPerson || target.IsGroup))
        {
            throw new ArgumentException("Pictures exist for people and groups.", nameof(request));
        }

        var type = request.Size == PictureSize.Full ? "image" : "preview";
        if (request.IsCommunity)
        {
            var wanted = new Node(
                "picture", [("parent_group_jid", target), ("type", type), ("query", "url"), ("id", request.ExistingId)]);
            return Iq.Get(id, GroupQuery.Xmlns, target, new Node("pictures", [], [wanted]));
        }

        ReadOnlySpan<(string, AttributeValue)> attributes =
        [
            ("type", type),
            ("query", "url"),
            ("id", request.ExistingId),
            ("invite", request.InviteCode),
            ("common_gid", request.CommonGroup is { } group ? new AttributeValue(group) : default),
        ];
        var token = target.IsPerson && !own.Contains(target) ? request.Token : null;
        var picture = token is null
            ? new Node("picture", attributes)
            : new Node(
                "picture",
                attributes,
                [new Node("tctoken", [("t", token.Timestamp.ToUnixTimeSeconds())], token.Bytes.ToArray())]);
        return new Node(
            "iq",
            [("id", id), ("xmlns", Xmlns), ("type", "get"), ("to", Jid.WhatsApp), ("target", target)],
            [picture]);
    }

    /// <summary>Reads the answer.</summary>
    /// <param name="answer">The whole stanza.</param>
    /// <param name="hadExistingId">Whether the query named an id: an answer without a picture then means "unchanged".</param>
    /// <exception cref="QueryRefusedException">An error that says nothing about the picture.</exception>
    public static PictureOutcome Parse(Node answer, bool hadExistingId)
    {
        if (Iq.IsError(answer, out var refusal))
        {
            return Refused(refusal);
        }

        var picture = answer.Child("picture") ?? answer.Child("pictures")?.Child("picture");
        if (picture is null)
        {
            return hadExistingId ? new PictureOutcome.Unchanged() : new PictureOutcome.NotSet();
        }

        if (QueryError.TryRead(picture, out var error))
        {
            return Refused(error.Value);
        }

        switch (picture["status"])
        {
            case "304":
                return new PictureOutcome.Unchanged();
            case "204":
                return new PictureOutcome.NotSet();
        }

        if (picture["id"] is not { Length: > 0 } id)
        {
            return hadExistingId ? new PictureOutcome.Unchanged() : new PictureOutcome.NotSet();
        }

        if (!Uri.TryCreate(picture["url"], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return hadExistingId ? new PictureOutcome.Unchanged() : new PictureOutcome.NotSet();
        }

        var size = picture["type"] == "preview" ? PictureSize.Preview : PictureSize.Full;
        return new PictureOutcome.Found(new PictureInfo(id, url, size, picture["direct_path"], Hash(picture["hash"]), ExpiryOf(url)));
    }

    /// <summary>When a picture URL stops working: its <c>oe</c> parameter, hexadecimal Unix seconds. Sync section 13.5.</summary>
    public static DateTimeOffset? ExpiryOf(Uri url)
    {
        foreach (var part in url.Query.AsSpan().TrimStart('?').Split('&'))
        {
            var parameter = url.Query.AsSpan().TrimStart('?')[part];
            if (parameter.StartsWith("oe=", StringComparison.Ordinal)
                && long.TryParse(parameter[3..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds)
                && seconds is > 0 and <= 253402300799)
            {
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
            }
        }

        return null;
    }

    private static PictureOutcome Refused(QueryError error) => error.Code switch
    {
        404 => new PictureOutcome.NotSet(),
        401 => new PictureOutcome.Hidden(),
        403 => new PictureOutcome.NotPermitted(),
        429 => new PictureOutcome.Limited(error.Backoff),
        _ => throw new QueryRefusedException(Xmlns, error),
    };

    private static ReadOnlyMemory<byte> Hash(string? base64)
    {
        var bytes = new byte[32];
        return base64 is { Length: <= 64 } && Convert.TryFromBase64String(base64, bytes, out var length) && length == 32 ? bytes : default;
    }
}
