using System.Text.Json;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Control;

/// <summary>Finds what a path or a body names: people by number, LID or address, groups by address or its user part.</summary>
internal static class Lookup
{
    /// <summary>The largest page that a list is answered in.</summary>
    public const int MaxPage = 10_000;

    /// <summary>Somebody by digits of the number, or by an address such as <c>1000…@lid</c>; <see langword="null"/> when there is nobody.</summary>
    public static Person? Person(SimulatorServer server, string name) =>
        !name.Contains('@', StringComparison.Ordinal) ? server.People.Find(name)
        : Jid.TryParse(name, out var jid) ? server.People.Find(jid)
        : null;

    /// <summary>Somebody whom a body names.</summary>
    /// <exception cref="ArgumentException">There is nobody by that name.</exception>
    public static Person Known(SimulatorServer server, string name) =>
        Person(server, name) ?? throw new ArgumentException("A person is named who is not in the directory.", nameof(name));

    public static Person[] Known(SimulatorServer server, IEnumerable<string>? names) =>
        names is null ? [] : [.. names.Select(name => Known(server, name))];

    /// <summary>A group by address or user part; <see langword="null"/> when there is none.</summary>
    public static Group? Group(SimulatorServer server, string name)
    {
        var text = name.Contains('@', StringComparison.Ordinal) ? name : $"{name}@{JidServers.Group}";
        return Jid.TryParse(text, out var jid) ? server.Groups.Find(jid) : null;
    }

    /// <exception cref="ArgumentException">There is no such group.</exception>
    public static Group KnownGroup(SimulatorServer server, string name) =>
        Group(server, name) ?? throw new ArgumentException("A group is named that there is not.", nameof(name));

    /// <summary>A person's address from digits or an address.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static Jid Address(string text)
    {
        var whole = text.Contains('@', StringComparison.Ordinal) ? text : $"{text}@{JidServers.User}";
        return Jid.TryParse(whole, out var jid) && jid.IsPerson
            ? jid.ToBase()
            : throw new ArgumentException("An address is a phone number, or a JID of a person.", nameof(text));
    }

    /// <summary>A picture: <c>generated</c> is <see langword="null"/>, everything else is a JPEG file in base64.</summary>
    /// <exception cref="ArgumentException">It is not base64.</exception>
    public static byte[]? Jpeg(string text)
    {
        if (text == "generated")
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new ArgumentException("A picture is generated, none, or a JPEG file in base64.", nameof(text), e);
        }
    }

    /// <summary>A member of an enumeration by its name in kebab case; the first one when there is no name.</summary>
    /// <exception cref="ArgumentException">There is no such member.</exception>
    public static T Member<T>(string? name)
        where T : struct, Enum
    {
        foreach (var member in Enum.GetValues<T>())
        {
            if (name is null || KebabCase.Of(member) == name)
            {
                return member;
            }
        }

        throw new ArgumentException($"It is one of {string.Join(", ", Enum.GetValues<T>().Select(member => KebabCase.Of(member)))}.", nameof(name));
    }

    /// <summary>One page of a list.</summary>
    public static PageView<TView> Page<T, TView>(IReadOnlyCollection<T> all, int? offset, int? limit, Func<T, TView> view)
    {
        var first = offset ?? 0;
        var count = limit ?? MaxPage;
        ArgumentOutOfRangeException.ThrowIfNegative(first, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxPage, nameof(limit));
        return new PageView<TView>(all.Count, first, [.. all.Skip(first).Take(count).Select(view)]);
    }

    /// <summary>A member that may be absent, null or an object of a type.</summary>
    /// <exception cref="BadHttpRequestException">It is something else.</exception>
    public static T? Read<T>(JsonElement json)
        where T : class
    {
        try
        {
            return json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : json.Deserialize<T>(ControlJson.Options);
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException(e.Message, e);
        }
    }
}

/// <summary>A part of a list.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Items">The part.</param>
internal sealed record PageView<T>(int Total, int Offset, IReadOnlyList<T> Items);
