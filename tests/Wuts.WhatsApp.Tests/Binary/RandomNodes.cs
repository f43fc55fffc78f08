using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>
/// Nodes of every shape the format has: all forms of strings and addresses, all kinds of content, all sizes of headers. The
/// same numbers give the same nodes.
/// </summary>
internal sealed class RandomNodes(Random random)
{
    private static readonly string[] Servers =
    [
        JidServers.User, JidServers.Lid, JidServers.Hosted, JidServers.HostedLid, JidServers.Group, JidServers.Broadcast,
        JidServers.Newsletter, JidServers.Bot, JidServers.Call, JidServers.Messenger, JidServers.Interop, "unknown.example", "é",
    ];

    /// <summary>A node with at most that many levels below it.</summary>
    public Node Next(int depth = 4)
    {
        var attributes = new (string, AttributeValue)[random.Next(12) == 0 ? random.Next(200) : random.Next(6)];
        foreach (ref var attribute in attributes.AsSpan())
        {
            attribute = (Name(), random.Next(3) == 0 ? Address() : Text());
        }

        return random.Next(depth > 0 ? 6 : 3) switch
        {
            0 => new Node(Name(), attributes),
            1 => new Node(Name(), attributes, Bytes()),
            2 => new Node(Name(), attributes, Text()),
            _ => new Node(Name(), attributes, Children(depth - 1)),
        };
    }

    /// <summary>An address of any server, with any device that the server allows.</summary>
    public Jid Address()
    {
        var server = Servers[random.Next(Servers.Length)];
        var user = random.Next(8) == 0 ? "" : User(server);
        if (user.Length == 0)
        {
            return new Jid("", server);
        }

        var device = random.Next(2) == 0 ? 0 : random.Next(JidServers.MaxDevice(server) + 1);
        var integrator = server == JidServers.Interop ? random.Next(65_536) : 0;
        return new Jid(user, server, (ushort)device, (ushort)integrator);
    }

    /// <summary>Text that takes one of the forms of section 5.5, or is at a length where the form changes.</summary>
    public string Text() => random.Next(8) switch
    {
        0 => "",
        1 => TokenDictionary.Single((byte)random.Next(1, 236)),
        2 => TokenDictionary.Double((byte)random.Next(236, 240), (byte)random.Next(256)),
        3 => Characters("0123456789-.", Length(140)),
        4 => Characters("0123456789ABCDEF", Length(140)),
        5 => Characters("abcdef 0123456789-.?@:/", Length(300)),
        6 => Characters("aZ09 éß€✓日本", Length(200)),
        _ => new StringBuilder().Insert(0, "🚀", Length(100)).Append(Characters("x\0\n", 2)).ToString(),
    };

    private Node[] Children(int depth)
    {
        if (random.Next(20) == 0)
        {
            return [.. Enumerable.Repeat(new Node(Name()), random.Next(250, 262))];
        }

        var children = new Node[random.Next(5)];
        foreach (ref var child in children.AsSpan())
        {
            child = Next(depth);
        }

        return children;
    }

    private string Name()
    {
        var name = random.Next(2) == 0 ? TokenDictionary.Single((byte)random.Next(1, 236)) : Text();
        return name.Length == 0 ? "x" : name;
    }

    private string User(string server)
    {
        var user = (random.Next(3) == 0 ? Text() : Characters("0123456789", Length(20))).Replace("@", "", StringComparison.Ordinal)
            .Replace(":", "", StringComparison.Ordinal);
        return server == JidServers.User ? user.Replace(".", "", StringComparison.Ordinal) : user;
    }

    private byte[] Bytes()
    {
        var bytes = new byte[random.Next(30) == 0 ? random.Next(70_000) : Length(600)];
        random.NextBytes(bytes);
        return bytes;
    }

    private int Length(int maximum) => random.Next(4) == 0 ? random.Next(maximum + 1) : random.Next(Math.Min(maximum, 24) + 1);

    private string Characters(string alphabet, int length) =>
        string.Create(length, (random, alphabet), static (text, state) =>
        {
            foreach (ref var character in text)
            {
                character = state.alphabet[state.random.Next(state.alphabet.Length)];
            }
        });
}
