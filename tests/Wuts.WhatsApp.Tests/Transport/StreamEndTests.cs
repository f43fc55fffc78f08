using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class StreamEndTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 22, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, Node, DisconnectReason> Ends => new()
    {
        { "end of stream", new Node("xmlstreamend"), new DisconnectReason.Network(NetworkFault.Closed) },
        { "515", StreamError(515), new DisconnectReason.RestartRequired() },
        { "516", StreamError(516), new DisconnectReason.LoggedOut(516, IsConfirmed: true) },
        { "replaced", StreamError(null, Conflict("replaced")), new DisconnectReason.Replaced() },
        { "replaced with code", StreamError(401, Conflict("replaced")), new DisconnectReason.Replaced() },
        { "device removed", StreamError(401, Conflict("device_removed")), new DisconnectReason.LoggedOut(401, IsConfirmed: true) },
        { "device removed without code", StreamError(null, Conflict("device_removed")), new DisconnectReason.LoggedOut(401, IsConfirmed: false) },
        { "other conflict", StreamError(515, Conflict("something")), new DisconnectReason.LoggedOut(515, IsConfirmed: false) },
        { "401 alone", StreamError(401), new DisconnectReason.LoggedOut(401, IsConfirmed: false) },
        { "409", StreamError(409), new DisconnectReason.Replaced() },
        { "429", StreamError(429), new DisconnectReason.RateLimited() },
        { "500", StreamError(500), new DisconnectReason.ServiceUnavailable(500) },
        { "503", StreamError(503), new DisconnectReason.ServiceUnavailable(503) },
        { "missing ack", StreamError(null, new Node("ack", [("id", "1")])), new DisconnectReason.ProtocolViolation(ProtocolFault.AckMissing) },
        {
            "not well-formed", StreamError(null, new Node("xml-not-well-formed")),
            new DisconnectReason.ProtocolViolation(ProtocolFault.NotWellFormed)
        },
        { "unknown code", StreamError(599), new DisconnectReason.ProtocolViolation(ProtocolFault.UnknownStreamError, 599) },
        { "nothing at all", StreamError(null), new DisconnectReason.ProtocolViolation(ProtocolFault.UnknownStreamError) },
        { "400", Failure("400"), new DisconnectReason.Refused(400) },
        { "failure 401", Failure("401"), new DisconnectReason.LoggedOut(401, IsConfirmed: true) },
        {
            "402", Failure("402", ("code", "104"), ("expire", "3600")),
            new DisconnectReason.Banned(Now.AddHours(1), BanCause.RepeatedMessage, 104)
        },
        { "402 without details", Failure("402"), new DisconnectReason.Banned(null, BanCause.Unknown, 0) },
        { "402 with nonsense", Failure("402", ("code", "9"), ("expire", "-1")), new DisconnectReason.Banned(null, BanCause.Unknown, 9) },
        {
            "403", Failure("403", ("logout_message_header", "H"), ("logout_message_subtext", "T")),
            new DisconnectReason.AccountLocked("H", "T")
        },
        { "405", Failure("405"), new DisconnectReason.ClientOutdated() },
        { "406", Failure("406"), new DisconnectReason.LoggedOut(406, IsConfirmed: true) },
        { "failure 409", Failure("409"), new DisconnectReason.Refused(409) },
        { "411", Failure("411"), new DisconnectReason.Refused(411) },
        { "415", Failure("415"), new DisconnectReason.Refused(415) },
        { "418", Failure("418"), new DisconnectReason.Refused(418) },
        { "failure 429", Failure("429"), new DisconnectReason.RateLimited() },
        { "failure 500", Failure("500"), new DisconnectReason.ServiceUnavailable(500) },
        { "failure 503", Failure("503"), new DisconnectReason.ServiceUnavailable(503) },
        { "501", Failure("501"), new DisconnectReason.Refused(501) },
        { "no number", Failure("soon"), new DisconnectReason.Refused(0) },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Stream_ends_have_a_reason(string name, Node stanza, DisconnectReason expected)
    {
        Assert.True(StreamEnd.TryRead(stanza, Now, out var reason), name);

        Assert.Equal(expected, reason);
    }

    [Fact]
    public void Other_stanzas_are_not_an_end() => Assert.False(StreamEnd.TryRead(new Node("success"), Now, out _));

    [Fact]
    public void Only_what_a_new_connection_can_cure_reconnects()
    {
        DisconnectReason[] stay =
        [
            new DisconnectReason.ByUser(), new DisconnectReason.Replaced(), new DisconnectReason.LoggedOut(401, IsConfirmed: true),
            new DisconnectReason.AccountLocked(null, null), new DisconnectReason.Banned(null, BanCause.Unknown, 0),
            new DisconnectReason.ClientOutdated(), new DisconnectReason.Refused(400),
        ];
        DisconnectReason[] retry =
        [
            new DisconnectReason.LoggedOut(401, IsConfirmed: false), new DisconnectReason.RestartRequired(),
            new DisconnectReason.ServiceUnavailable(503), new DisconnectReason.RateLimited(),
            new DisconnectReason.Network(NetworkFault.Closed), new DisconnectReason.StorageFailed(),
            new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame),
            new DisconnectReason.HandshakeFailed(HandshakeFailure.WeakKey, ServerCertificateFault.None),
        ];

        Assert.All(stay, reason => Assert.False(reason.ShouldReconnect));
        Assert.All(retry, reason => Assert.True(reason.ShouldReconnect));
        Assert.All(retry, reason => Assert.False(reason.CredentialsInvalid));
    }

    [Fact]
    public void Keys_are_given_up_only_when_the_server_is_definite()
    {
        Assert.True(new DisconnectReason.LoggedOut(401, IsConfirmed: true).CredentialsInvalid);
        Assert.True(new DisconnectReason.AccountLocked(null, null).CredentialsInvalid);
        Assert.False(new DisconnectReason.LoggedOut(401, IsConfirmed: false).CredentialsInvalid);
        Assert.False(new DisconnectReason.Replaced().CredentialsInvalid);
        Assert.False(new DisconnectReason.Banned(null, BanCause.Unknown, 0).CredentialsInvalid);
        Assert.False(new DisconnectReason.ClientOutdated().CredentialsInvalid);
    }

    [Fact]
    public void Texts_for_the_owner_stay_out_of_exception_messages()
    {
        var exception = new WhatsAppDisconnectedException(new DisconnectReason.AccountLocked("header-text", "body-text"));

        Assert.DoesNotContain("-text", exception.Message, StringComparison.Ordinal);
    }

    private static Node StreamError(int? code, params Node[] children) =>
        new("stream:error", [("code", code is { } number ? number : default(AttributeValue))], children);

    private static Node Conflict(string type) => new("conflict", [("type", type)]);

    private static Node Failure(string reason, params (string Name, AttributeValue Value)[] more) =>
        new("failure", [("reason", reason), .. more]);
}
