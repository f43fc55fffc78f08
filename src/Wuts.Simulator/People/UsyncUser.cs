using System.Text;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>One person of a user query: who is meant, and what is answered. Sync sections 4.1 and 4.2.</summary>
internal sealed class UsyncUser
{
    private readonly World _world;
    private readonly Person _viewer;
    private readonly Node _user;
    private readonly Jid? _jid;
    private readonly Node? _contact;
    private readonly string? _digits;
    private readonly Person? _person;

    private UsyncUser(World world, Person viewer, Node user, Jid? jid)
    {
        _world = world;
        _viewer = viewer;
        _user = user;
        _jid = jid;
        _contact = user.Child("contact");
        if (jid is { } address)
        {
            _person = world.People.Find(address);
        }
        else if (_contact?["username"] is { } username)
        {
            _person = world.People.FindUsername(username);
        }
        else if (_contact?.ContentText is { } text)
        {
            _digits = PhoneText.ToDigits(text, viewer.Phone);
            _person = _digits is null ? null
                : world.UsyncAnswers.OnlyExactNumbers ? world.People.Find(new Jid(_digits, JidServers.User))
                : world.People.Find(_digits);
        }

        if (_person is { IsRegistered: false })
        {
            _person = null;
        }
    }

    /// <summary>The token that the viewer shows for the person, or nothing.</summary>
    private ReadOnlySpan<byte> Token => _user.Child("tctoken") is { } shown ? shown.ContentBytes.Span : default;

    /// <summary>Finds out who is meant; <see langword="null"/> when the element does not say.</summary>
    public static UsyncUser? Read(World world, Person viewer, Node user)
    {
        var hasJid = user.TryGetJid("jid", out var jid);
        if (hasJid ? !jid.IsPerson || jid != jid.ToBase() : user.Child("contact") is not { } contact
            || (contact["username"] is null && contact.ContentText is null))
        {
            return null;
        }

        return new UsyncUser(world, viewer, user, hasJid ? jid : null);
    }

    /// <summary>An error about a person or a protocol.</summary>
    public static Node Error(int code, int? backoff = null) => new("error",
    [
        ("code", code), ("text", IqAnswer.UsualText(code)), ("backoff", backoff is { } seconds ? (AttributeValue)seconds : default),
    ]);

    /// <summary>The element for the answer; <see langword="null"/> when the server says nothing about the person.</summary>
    public Node? Answer(IReadOnlyList<Node> protocols)
    {
        if (_person?.Defects.IsMissing ?? false)
        {
            return null;
        }

        var byLid = protocols.Any(protocol => protocol.Tag == "contact" && protocol["addressing_mode"] == "lid");
        var parts = new List<Node>();
        foreach (var protocol in protocols)
        {
            var part = _person is not null && _person.Defects.Errors.TryGetValue(protocol.Tag, out var code)
                ? new Node(protocol.Tag, [], [Error(code)])
                : Part(protocol.Tag);
            if (part is not null)
            {
                parts.Add(part);
            }
        }

        var (jid, phone) = Addresses(byLid);
        return new Node(
            "user",
            [
                ("jid", jid is { } address ? (AttributeValue)address : default),
                ("pn_jid", phone is { } number ? (AttributeValue)number : default),
            ],
            [.. parts]);
    }

    private static Node Text(string tag, string text, params ReadOnlySpan<(string, AttributeValue)> attributes) =>
        text.Length == 0 ? new Node(tag, attributes) : new Node(tag, attributes, Encoding.UTF8.GetBytes(text));

    // A LID never shows its number, and a number its LID only when the server knows it.
    private (Jid? Jid, Jid? Phone) Addresses(bool byLid)
    {
        if (_person is null)
        {
            return (_jid ?? (_digits is null || _world.UsyncAnswers.OmitUnregisteredJid ? null : new Jid(_digits, JidServers.User)), null);
        }

        if (_jid is { IsLid: true })
        {
            return (_jid, null);
        }

        if (_contact?["username"] is not null)
        {
            return (_person.Lid, _viewer.Knows(_person) ? _person.Jid : null);
        }

        return byLid && _person.LidIsKnown ? (_person.Lid, _person.Jid) : (_person.Jid, null);
    }

    private Node? Part(string protocol) => protocol switch
    {
        "contact" => Contact(),
        "lid" when _person is null || (_jid is not { IsLid: true } && !_person.LidIsKnown) => new Node("lid"),
        "lid" => new Node("lid", [("val", _person.Lid)]),
        _ when _person is null => null,
        "devices" => DeviceLists.Of(_person, _user.Child("devices")),
        "status" => About(_person),
        "picture" => PictureId(_person),
        "business" => _person.Business is null ? null : BusinessNodes.OfQuery(_person.Business),
        "disappearing_mode" => _person.DisappearingMode is { } mode
            ? new Node("disappearing_mode", [("duration", (long)mode.Duration.TotalSeconds), ("t", mode.SetAt.ToUnixTimeSeconds())])
            : null,
        "username" => _person.Username is { } username ? Text("username", username) : null,
        _ => null,
    };

    private Node? Contact()
    {
        var type = _person is null ? "out" : "in";
        if (_contact?["username"] is { } username)
        {
            return new Node("contact", [("type", type), ("username", username)]);
        }

        if (_contact?.ContentText is { } text)
        {
            return Text("contact", text, ("type", _jid is null && _digits is null ? "invalid" : type));
        }

        return _jid is { IsLid: true } ? null : new Node("contact", [("type", type)]);
    }

    private Node About(Person person)
    {
        return person.IsVisibleTo(_viewer, PrivacySettings.About, Token)
            ? Text("status", person.About.Text, ("t", person.About.SetAt.ToUnixTimeSeconds()))
            : new Node("status", [("code", 401), ("type", "fail")]);
    }

    private Node PictureId(Person person)
    {
        if (!person.IsVisibleTo(_viewer, PrivacySettings.Picture, Token))
        {
            return new Node("picture", [], [Error(401)]);
        }

        return person.Picture is { } picture
            ? new Node("picture", [("id", picture.Id)])
            : new Node("picture", [], [Error(404)]);
    }
}
