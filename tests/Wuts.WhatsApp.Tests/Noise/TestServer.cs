using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Noise;

/// <summary>The server's side of the three handshakes with fixed keys, as small as the vectors need it.</summary>
internal sealed record TestServer(KeyPair StaticKey, KeyPair Ephemeral, byte[] CertChain)
{
    /// <summary>What one handshake gave the server.</summary>
    public sealed record Session(byte[] ServerHello, byte[] ClientStatic, byte[] ClientPayload, NoiseState State) : IDisposable
    {
        public void Dispose() => State.Dispose();
    }

    /// <summary>Answers a client hello without resumption, or refuses one with it.</summary>
    public (byte[] ServerHello, Func<byte[], Session> Finish) AnswerInFull(byte[] clientHello, string pattern)
    {
        var client = HandshakeMessage.Parser.ParseFrom(clientHello).ClientHello;
        var state = Start(pattern);
        state.MixHash(client.Ephemeral.Span);
        state.MixHash(Ephemeral.PublicKey);
        state.MixAgreement(Ephemeral, client.Ephemeral.Span);
        var hello = new HandshakeMessage.Types.ServerHello { Ephemeral = ByteString.CopyFrom(Ephemeral.PublicKey) };
        hello.Static = ByteString.CopyFrom(state.Encrypt(StaticKey.PublicKey));
        state.MixAgreement(StaticKey, client.Ephemeral.Span);
        hello.Payload = ByteString.CopyFrom(state.Encrypt(CertChain));
        var message = new HandshakeMessage { ServerHello = hello }.ToByteArray();

        return (message, clientFinish =>
        {
            var finish = HandshakeMessage.Parser.ParseFrom(clientFinish).ClientFinish;
            var clientStatic = state.Decrypt(finish.Static.Span);
            state.MixAgreement(Ephemeral, clientStatic);
            return new Session(message, clientStatic, state.Decrypt(finish.Payload.Span), state);
        }
        );
    }

    /// <summary>Accepts a resumption.</summary>
    public Session AnswerResumption(byte[] clientHello)
    {
        var client = HandshakeMessage.Parser.ParseFrom(clientHello).ClientHello;
        var state = Start(NoiseProtocol.Ik);
        state.MixHash(StaticKey.PublicKey);
        state.MixHash(client.Ephemeral.Span);
        state.MixAgreement(StaticKey, client.Ephemeral.Span);
        var clientStatic = state.Decrypt(client.Static.Span);
        state.MixAgreement(StaticKey, clientStatic);
        var payload = state.Decrypt(client.Payload.Span);

        state.MixHash(Ephemeral.PublicKey);
        state.MixAgreement(Ephemeral, client.Ephemeral.Span);
        state.MixAgreement(Ephemeral, clientStatic);
        var hello = new HandshakeMessage.Types.ServerHello
        {
            Ephemeral = ByteString.CopyFrom(Ephemeral.PublicKey),
            Payload = ByteString.CopyFrom(state.Encrypt(CertChain)),
        };
        return new Session(new HandshakeMessage { ServerHello = hello }.ToByteArray(), clientStatic, payload, state);
    }

    private static NoiseState Start(string pattern)
    {
        var state = new NoiseState(pattern);
        state.MixHash(NoiseProtocol.Prologue);
        return state;
    }
}
