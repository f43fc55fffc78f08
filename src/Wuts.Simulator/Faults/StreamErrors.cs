using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Faults;

/// <summary>The stanzas with which a server ends a stream. Protocol section 6.8.</summary>
internal static class StreamErrors
{
    private const string Tag = "stream:error";

    public static Node RestartRequired { get; } = WithCode(515);

    public static Node Replaced { get; } = new(Tag, [], [new Node("conflict", [("type", "replaced")])]);

    public static Node DeviceRemoved { get; } =
        new(Tag, [("code", "401")], [new Node("conflict", [("type", "device_removed")])]);

    public static Node XmlNotWellFormed { get; } = new(Tag, [], [new Node("xml-not-well-formed")]);

    public static Node WithCode(int code) => new(Tag, [("code", code)]);

    public static Node Ack(string @class, string id) => new(Tag, [], [new Node("ack", [("class", @class), ("id", id)])]);

    public static Node Build(StreamErrorKind kind, int code) => kind switch
    {
        StreamErrorKind.Code => WithCode(code),
        StreamErrorKind.RestartRequired => RestartRequired,
        StreamErrorKind.ForcedLogout => WithCode(516),
        StreamErrorKind.Replaced => Replaced,
        StreamErrorKind.DeviceRemoved => DeviceRemoved,
        StreamErrorKind.UnknownConflict => new Node(Tag, [], [new Node("conflict", [("type", "unknown")])]),
        StreamErrorKind.Ack => Ack("notification", "0"),
        StreamErrorKind.XmlNotWellFormed => XmlNotWellFormed,
        StreamErrorKind.StreamEnd => new Node("xmlstreamend"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a stream error."),
    };
}
