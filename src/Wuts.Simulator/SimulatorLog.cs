namespace Wuts.Simulator;

/// <summary>The log lines of the simulator: event ids 7000 to 7099. No keys, no phone numbers.</summary>
internal sealed partial class SimulatorLog(ILogger logger)
{
    [LoggerMessage(7000, LogLevel.Debug, "Connection {Connection} ended: {Reason}")]
    public partial void ConnectionEnded(long connection, string reason);

    [LoggerMessage(7001, LogLevel.Warning, "Refused {Kind} on connection {Connection}: {Reason}")]
    public partial void Refused(RefusalKind kind, long? connection, string reason);

    [LoggerMessage(7002, LogLevel.Information, "Fault {Fault} struck connection {Connection}")]
    public partial void FaultStruck(string fault, long? connection);

    [LoggerMessage(7003, LogLevel.Error, "Work in the background of connection {Connection} failed")]
    public partial void BackgroundWorkFailed(Exception exception, long? connection);

    [LoggerMessage(7004, LogLevel.Error, "Connection {Connection} failed on the server's side")]
    public partial void ConnectionFailed(Exception exception, long connection);

    [LoggerMessage(7005, LogLevel.Information, "Device linked on connection {Connection}")]
    public partial void DeviceLinked(long? connection);
}
