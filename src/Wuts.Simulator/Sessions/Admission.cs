using System.Globalization;
using Google.Protobuf;
using Wuts.Simulator.Noise;
using Wuts.Simulator.Registration;
using Wuts.Simulator.Transport;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Sessions;

/// <summary>Decides what a client is, by its payload and its static key. Protocol sections 4.3 and 7.7.</summary>
internal static class Admission
{
    /// <summary>The session of a client whose handshake is finished.</summary>
    /// <exception cref="RefusedException">It may not go on; the farewell says why.</exception>
    public static ClientSession Admit(ClientConnection connection, SimulatorServer server, HandshakeOutcome outcome)
    {
        var payload = Read(outcome.ClientPayload);
        if (payload.UserAgent?.AppVersion is not { } version)
        {
            throw Refuse(RefusalKind.BadPayload, "userAgent.appVersion is missing.", 400);
        }

        if (version.Tertiary < server.Options.MinimumRevision)
        {
            throw Refuse(RefusalKind.ClientOutdated, "The client's version is too old.", 405);
        }

        return payload.HasUsername
            ? new LinkedSession(connection, server, FindDevice(server, payload, outcome.ClientStatic))
            : new RegistrationSession(connection, server, RegistrationPayload.Check(payload, outcome.ClientStatic));
    }

    private static ClientPayload Read(byte[] payload)
    {
        try
        {
            return ClientPayload.Parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Refuse(RefusalKind.BadPayload, "The client payload is not valid protobuf.", 400, e);
        }
    }

    private static LinkedDevice FindDevice(SimulatorServer server, ClientPayload payload, byte[] noiseKey)
    {
        var account = server.Accounts.Find(payload.Username.ToString(CultureInfo.InvariantCulture));
        if (payload.Device > byte.MaxValue || account?.Device((int)payload.Device) is not { } device)
        {
            throw Refuse(RefusalKind.UnknownDevice, "There is no such linked device.", 401);
        }

        return device.Registration.NoiseKey.AsSpan().SequenceEqual(noiseKey)
            ? device
            : throw Refuse(RefusalKind.NoiseKeyMismatch, "The client's static key is not that of the device.", 401);
    }

    private static RefusedException Refuse(RefusalKind kind, string reason, int failure, Exception? cause = null) =>
        new(kind, reason, Failures.Build(failure), cause);
}
