using Wuts.Simulator.Faults;

namespace Wuts.Simulator.Transport;

internal sealed partial class ClientConnection
{
    // A list of five with a tag byte that means nothing.
    private static readonly byte[] BrokenNode = [0x00, 0xF8, 0x05, 0xF4];

    private LineFault? _strikeAfterHandshake;

    /// <summary>Plays a fault on this connection.</summary>
    public void Strike(LineFault fault)
    {
        if (_transport is null && (fault is Fault.StreamError or Fault.MalformedStanza))
        {
            // Stanzas can only be sent after the handshake.
            _strikeAfterHandshake = fault;
            return;
        }

        switch (fault)
        {
            case Fault.Drop:
                Abort("dropped by a fault");
                break;
            case Fault.HalfOpen:
                _silent = true;
                break;
            case Fault.Close:
                Close("closed by a fault");
                break;
            case Fault.StreamError error:
                Close("stream error by a fault", StreamErrors.Build(error.Error, error.Code));
                break;
            case Fault.GarbageFrame garbage:
                _writer.TrySend(Outgoing.Plain(_server.Random.Bytes(garbage.Bytes)));
                break;
            case Fault.HugeLength huge:
                _writer.TrySend(Outgoing.Raw([(byte)(huge.Bytes >> 16), (byte)(huge.Bytes >> 8), (byte)huge.Bytes]));
                break;
            case Fault.MalformedStanza:
                _writer.TrySend(Outgoing.Sealed(BrokenNode));
                break;
        }
    }

    /// <summary>The fault that is armed for a point of this connection, if any.</summary>
    public LineFault? TakeLineFault(FaultPoint point, string? xmlns = null) =>
        _server.Faults.Take<LineFault>(Who, fault => fault.StrikesAt(point, xmlns));
}
