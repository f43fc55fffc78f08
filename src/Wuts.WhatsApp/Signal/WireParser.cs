using Google.Protobuf;

namespace Wuts.WhatsApp.Signal;

/// <summary>Reads a protobuf from the network and turns every way in which that can go wrong into one typed failure.</summary>
internal static class WireParser
{
    /// <summary>Parses the bytes.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.Malformed"/>.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new SignalException(SignalFailure.Malformed, exception);
        }
    }
}
