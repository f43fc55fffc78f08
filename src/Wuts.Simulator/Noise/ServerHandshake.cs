using Google.Protobuf;
using Wuts.Simulator.Transport;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Noise;

/// <summary>How a handshake went.</summary>
internal enum HandshakeKind
{
    /// <summary>The full handshake.</summary>
    Xx,

    /// <summary>A resumption that the server accepted.</summary>
    Ik,

    /// <summary>A resumption that the server refused, continued as a full handshake.</summary>
    XxFallback,
}

/// <summary>What a server decides for one handshake before it begins.</summary>
/// <param name="Chain">The certificate chain to show.</param>
/// <param name="AcceptResumption">Whether a resumption may be accepted.</param>
/// <param name="BreakResumption">Whether an accepted resumption is spoiled.</param>
internal sealed record HandshakePlan(byte[] Chain, bool AcceptResumption = true, bool BreakResumption = false);

/// <summary>What a finished handshake leaves.</summary>
/// <param name="Kind">How it went.</param>
/// <param name="ClientStatic">The client's static key, which is its noise key; 32 bytes.</param>
/// <param name="ClientPayload">The serialized client payload, authenticated but not looked at.</param>
/// <param name="Transport">The ciphers for everything that follows.</param>
internal sealed record HandshakeOutcome(HandshakeKind Kind, byte[] ClientStatic, byte[] ClientPayload, NoiseTransport Transport);

/// <summary>
/// The server's role in XX, IK and XXfallback, as pure steps: bytes in, bytes out. Protocol sections 2.2 and 2.6.
/// </summary>
internal sealed class ServerHandshake(ServerIdentity identity, KeyPair ephemeral) : IDisposable
{
    private NoiseState? _state;
    private HandshakeKind _kind;

    /// <summary>Whether the client hello was answered and the client finish is awaited.</summary>
    public bool HelloAnswered => _state is not null;

    /// <summary>Answers the client hello. With a resumption that is accepted the handshake ends here.</summary>
    /// <exception cref="RefusedException">The message is not a client hello, or its keys do not fit.</exception>
    public (byte[] ServerHello, HandshakeOutcome? Outcome) AnswerHello(ReadOnlySpan<byte> message, HandshakePlan plan)
    {
        var hello = Parse(message).ClientHello ?? throw Bad("The first message is not a client hello.");
        var clientEphemeral = hello.Ephemeral.ToByteArray();
        if (clientEphemeral.Length != X25519.KeySize)
        {
            throw Bad($"The client's ephemeral key has {clientEphemeral.Length} bytes, not 32.");
        }

        if (hello.HasStatic != hello.HasPayload)
        {
            throw Bad("A resumption needs both the static key and the payload.");
        }

        _kind = HandshakeKind.Xx;
        if (hello.HasStatic)
        {
            if (plan.AcceptResumption && TryResume(hello, clientEphemeral, plan) is { } resumed)
            {
                return resumed;
            }

            _kind = HandshakeKind.XxFallback;
        }

        return (StartFull(clientEphemeral, plan.Chain), null);
    }

    /// <summary>Reads the client finish, which ends the full handshake.</summary>
    /// <exception cref="RefusedException">The message is not a client finish, or does not decrypt.</exception>
    public HandshakeOutcome Finish(ReadOnlySpan<byte> message)
    {
        var state = _state ?? throw new InvalidOperationException("The client hello comes first.");
        var finish = Parse(message).ClientFinish ?? throw Bad("The second message is not a client finish.");
        if (!finish.HasStatic || !finish.HasPayload)
        {
            throw Bad("The client finish lacks the static key or the payload.");
        }

        try
        {
            var clientStatic = OpenKey(state, finish.Static);
            state.MixAgreement(ephemeral, clientStatic);
            var payload = state.Decrypt(finish.Payload.Span);
            return new HandshakeOutcome(_kind, clientStatic, payload, state.SplitForServer());
        }
        catch (HandshakeException e)
        {
            throw Bad("The client finish does not decrypt.", e);
        }
    }

    public void Dispose() => _state?.Dispose();

    private byte[] StartFull(byte[] clientEphemeral, byte[] chain)
    {
        var state = _state = new NoiseState(_kind == HandshakeKind.Xx ? NoiseProtocol.Xx : NoiseProtocol.XxFallback);
        state.MixHash(NoiseProtocol.Prologue);
        state.MixHash(clientEphemeral);
        state.MixHash(ephemeral.PublicKey);
        Agree(state, ephemeral, clientEphemeral);
        var @static = state.Encrypt(identity.Static.PublicKey);
        Agree(state, identity.Static, clientEphemeral);
        return Hello(@static, state.Encrypt(chain));
    }

    // Null when the client's message does not open: its cached key of this server is wrong, so XXfallback follows.
    private (byte[] ServerHello, HandshakeOutcome? Outcome)? TryResume(
        HandshakeMessage.Types.ClientHello hello,
        byte[] clientEphemeral,
        HandshakePlan plan)
    {
        using var state = new NoiseState(NoiseProtocol.Ik);
        state.MixHash(NoiseProtocol.Prologue);
        state.MixHash(identity.Static.PublicKey);
        state.MixHash(clientEphemeral);
        byte[] clientStatic;
        byte[] payload;
        try
        {
            state.MixAgreement(identity.Static, clientEphemeral);
            clientStatic = OpenKey(state, hello.Static);
            state.MixAgreement(identity.Static, clientStatic);
            payload = state.Decrypt(hello.Payload.Span);
        }
        catch (HandshakeException)
        {
            return null;
        }

        state.MixHash(ephemeral.PublicKey);
        Agree(state, ephemeral, clientEphemeral);
        Agree(state, ephemeral, clientStatic);
        var chain = state.Encrypt(plan.Chain);
        var transport = state.SplitForServer();
        if (plan.BreakResumption)
        {
            chain[0] ^= 0x01;
        }

        return (Hello(null, chain), new HandshakeOutcome(HandshakeKind.Ik, clientStatic, payload, transport));
    }

    private byte[] Hello(byte[]? @static, byte[] payload)
    {
        var hello = new HandshakeMessage.Types.ServerHello
        {
            Ephemeral = ByteString.CopyFrom(ephemeral.PublicKey),
            Payload = ByteString.CopyFrom(payload),
        };
        if (@static is not null)
        {
            hello.Static = ByteString.CopyFrom(@static);
        }

        return new HandshakeMessage { ServerHello = hello }.ToByteArray();
    }

    private static byte[] OpenKey(NoiseState state, ByteString ciphertext)
    {
        var key = state.Decrypt(ciphertext.Span);
        return key.Length == X25519.KeySize ? key : throw Bad($"The client's static key has {key.Length} bytes, not 32.");
    }

    private static void Agree(NoiseState state, KeyPair own, ReadOnlySpan<byte> peer)
    {
        try
        {
            state.MixAgreement(own, peer);
        }
        catch (HandshakeException e)
        {
            throw Bad("A key of the client is of small order.", e);
        }
    }

    private static HandshakeMessage Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            return HandshakeMessage.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Bad("A handshake message is not valid protobuf.", e);
        }
    }

    private static RefusedException Bad(string reason, Exception? cause = null) =>
        new(RefusalKind.BadHandshake, reason, innerException: cause);
}
