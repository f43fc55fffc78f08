using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Noise;

/// <summary>Which of the three handshakes took place.</summary>
internal enum HandshakePattern
{
    /// <summary>The full handshake.</summary>
    Xx,

    /// <summary>The server accepted a resumption.</summary>
    Ik,

    /// <summary>The server refused a resumption, and the full handshake followed.</summary>
    XxFallback,
}

/// <summary>What a client needs for a handshake.</summary>
/// <param name="NoiseKey">The client static key, which the server recognises the device by.</param>
/// <param name="Payload">The serialized client payload; sent encrypted.</param>
/// <param name="RootKey">The key under which the server's certificate chain must verify, 32 bytes.</param>
/// <param name="Resume">The server key to resume with, or <see langword="null"/> for the full handshake.</param>
internal sealed record ClientHandshakeOptions(
    KeyPair NoiseKey, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> RootKey, VerifiedServerKey? Resume = null);

/// <summary>The end of a handshake.</summary>
/// <param name="Transport">Ready for the first stanza in both directions; the receiver disposes it.</param>
/// <param name="ClientFinish">The last message, to be sent before anything else; <see langword="null"/> after a resumption.</param>
/// <param name="ServerKey">The server's verified key, for a later resumption.</param>
/// <param name="Pattern">Which handshake it was.</param>
internal sealed record ClientHandshakeResult(
    NoiseTransport Transport, byte[]? ClientFinish, VerifiedServerKey ServerKey, HandshakePattern Pattern);

/// <summary>
/// The client's side of the handshake as two pure steps: make the client hello, then turn the server hello into transport
/// keys. Whoever owns the socket carries the messages. One instance serves one connection. Protocol sections 2.2 and 2.6.
/// </summary>
internal sealed class ClientHandshake : IDisposable
{
    private readonly ClientHandshakeOptions _options;
    private readonly KeyPair _ephemeral;
    private NoiseState _state;
    private Step _next = Step.ClientHello;

    /// <summary>Prepares a handshake with a fresh ephemeral key.</summary>
    public ClientHandshake(ClientHandshakeOptions options) : this(options, KeyPair.Generate())
    {
    }

    /// <summary>Prepares a handshake with a given ephemeral key, which must not be used twice: for reproducing a recording.</summary>
    internal ClientHandshake(ClientHandshakeOptions options, KeyPair ephemeral)
    {
        _options = options;
        _ephemeral = ephemeral;
        _state = Start(options.Resume is null ? NoiseProtocol.Xx : NoiseProtocol.Ik);
    }

    private enum Step
    {
        ClientHello,
        ServerHello,
        Done,
    }

    /// <summary>The symmetric state, for tests that compare every step.</summary>
    internal NoiseState State => _state;

    /// <summary>Makes the first message: the payload of the first frame after the intro.</summary>
    /// <exception cref="HandshakeException">The key to resume with is of small order.</exception>
    public byte[] CreateClientHello()
    {
        Advance(from: Step.ClientHello, to: Step.ServerHello);
        var hello = new HandshakeMessage.Types.ClientHello { Ephemeral = ByteString.CopyFrom(_ephemeral.PublicKey) };
        if (_options.Resume is { } server)
        {
            // IK: <- s … -> e, es, s, ss
            _state.MixHash(server.PublicKey.Span);
            _state.MixHash(_ephemeral.PublicKey);
            _state.MixAgreement(_ephemeral, server.PublicKey.Span);
            hello.Static = UnsafeByteOperations.UnsafeWrap(_state.Encrypt(_options.NoiseKey.PublicKey));
            _state.MixAgreement(_options.NoiseKey, server.PublicKey.Span);
            hello.Payload = UnsafeByteOperations.UnsafeWrap(_state.Encrypt(_options.Payload.Span));
        }
        else
        {
            // XX: -> e
            _state.MixHash(_ephemeral.PublicKey);
        }

        return new HandshakeMessage { ClientHello = hello }.ToByteArray();
    }

    /// <summary>Reads the server's answer and finishes the handshake.</summary>
    /// <param name="message">The payload of the first frame from the server.</param>
    /// <param name="now">The time at which the server's certificates must be valid.</param>
    /// <exception cref="HandshakeException">The answer is malformed, not authentic, or not from the right server.</exception>
    public ClientHandshakeResult ReadServerHello(ReadOnlySpan<byte> message, DateTimeOffset now)
    {
        Advance(from: Step.ServerHello, to: Step.Done);
        var hello = Parse(message);
        if (_options.Resume is not { } server)
        {
            return Finish(hello, now, HandshakePattern.Xx);
        }

        if (!hello.HasStatic)
        {
            return Resume(hello, server, now);
        }

        // Refused: start over with the same ephemeral key, which the server already has.
        _state.Dispose();
        _state = Start(NoiseProtocol.XxFallback);
        _state.MixHash(_ephemeral.PublicKey);
        return Finish(hello, now, HandshakePattern.XxFallback);
    }

    /// <summary>Wipes the keys of the handshake; the transport keys of the result are its receiver's.</summary>
    public void Dispose() => _state.Dispose();

    private static NoiseState Start(string protocolName)
    {
        var state = new NoiseState(protocolName);
        state.MixHash(NoiseProtocol.Prologue);
        return state;
    }

    private static HandshakeMessage.Types.ServerHello Parse(ReadOnlySpan<byte> message)
    {
        HandshakeMessage.Types.ServerHello? hello;
        try
        {
            hello = HandshakeMessage.Parser.ParseFrom(message).ServerHello;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HandshakeException(HandshakeFailure.MalformedMessage, e);
        }

        if (hello is not { HasEphemeral: true, HasPayload: true } || hello.Ephemeral.Length != X25519.KeySize)
        {
            HandshakeException.Throw(HandshakeFailure.MalformedMessage);
        }

        return hello;
    }

    // XX and XXfallback: <- e, ee, s, es … -> s, se
    private ClientHandshakeResult Finish(HandshakeMessage.Types.ServerHello hello, DateTimeOffset now, HandshakePattern pattern)
    {
        _state.MixHash(hello.Ephemeral.Span);
        _state.MixAgreement(_ephemeral, hello.Ephemeral.Span);
        var serverKey = _state.Decrypt(hello.Static.Span);
        if (serverKey.Length != X25519.KeySize)
        {
            HandshakeException.Throw(HandshakeFailure.MalformedMessage);
        }

        _state.MixAgreement(_ephemeral, serverKey);
        var verified = Verify(_state.Decrypt(hello.Payload.Span), serverKey, now);
        var finish = new HandshakeMessage.Types.ClientFinish
        {
            Static = UnsafeByteOperations.UnsafeWrap(_state.Encrypt(_options.NoiseKey.PublicKey)),
        };
        _state.MixAgreement(_options.NoiseKey, hello.Ephemeral.Span);
        finish.Payload = UnsafeByteOperations.UnsafeWrap(_state.Encrypt(_options.Payload.Span));
        var message = new HandshakeMessage { ClientFinish = finish }.ToByteArray();
        return new ClientHandshakeResult(_state.SplitForClient(), message, verified, pattern);
    }

    // IK: <- e, ee, se
    private ClientHandshakeResult Resume(HandshakeMessage.Types.ServerHello hello, VerifiedServerKey server, DateTimeOffset now)
    {
        _state.MixHash(hello.Ephemeral.Span);
        _state.MixAgreement(_ephemeral, hello.Ephemeral.Span);
        _state.MixAgreement(_options.NoiseKey, hello.Ephemeral.Span);
        var verified = Verify(_state.Decrypt(hello.Payload.Span), server.PublicKey, now);
        return new ClientHandshakeResult(_state.SplitForClient(), ClientFinish: null, verified, HandshakePattern.Ik);
    }

    private VerifiedServerKey Verify(ReadOnlySpan<byte> chain, ReadOnlyMemory<byte> serverKey, DateTimeOffset now)
    {
        var fault = ServerCertificate.Verify(chain, serverKey.Span, _options.RootKey.Span, now, out var validUntil);
        return fault == ServerCertificateFault.None
            ? new VerifiedServerKey(serverKey, validUntil)
            : throw new HandshakeException(fault);
    }

    private void Advance(Step from, Step to)
    {
        if (_next != from)
        {
            throw new InvalidOperationException($"The handshake expects {_next}, not {from}.");
        }

        _next = to;
    }
}
