using Microsoft.Extensions.Logging;

namespace Wuts.Core.Devices;

/// <summary>What devices write into the log: ids and kinds, never an address, a name or a code.</summary>
internal static partial class DeviceLog
{
    [LoggerMessage(2101, LogLevel.Information, "{Device}: {State} ({Problem})")]
    public static partial void Entered(ILogger logger, DeviceId device, DeviceState state, DeviceProblemKind? problem);

    [LoggerMessage(2102, LogLevel.Error, "{Device}: the database did not read or write")]
    public static partial void StorageFailed(ILogger logger, DeviceId device, Exception failure);

    [LoggerMessage(2103, LogLevel.Warning, "{Device}: closed, because the lease is lost: {Loss}")]
    public static partial void Lost(ILogger logger, DeviceId device, LeaseLoss loss);

    [LoggerMessage(2104, LogLevel.Error, "{Device}: connecting failed")]
    public static partial void ConnectFailed(ILogger logger, DeviceId device, Exception failure);

    [LoggerMessage(2105, LogLevel.Warning, "{Device}: destroyed without being unlinked at WhatsApp")]
    public static partial void NotUnlinked(ILogger logger, DeviceId device, Exception failure);

    [LoggerMessage(2106, LogLevel.Information, "{Device}: linking ended: {Failure}")]
    public static partial void PairingEnded(ILogger logger, DeviceId device, string failure);

    [LoggerMessage(2107, LogLevel.Warning, "{Device}: an address-book change did not reach WhatsApp: {Outcome}")]
    public static partial void EditNotPushed(ILogger logger, DeviceId device, string outcome);

    [LoggerMessage(2108, LogLevel.Error, "{Device}: background work failed")]
    public static partial void BackgroundFailed(ILogger logger, DeviceId device, Exception failure);

    [LoggerMessage(2109, LogLevel.Warning, "{Device}: contacts were not told about a change ({Kind}); it is tried again")]
    public static partial void NotInvalidated(ILogger logger, DeviceId device, string kind);

    [LoggerMessage(2110, LogLevel.Debug, "{Device}: the record could not be read ({Kind}); the last one that was read is used")]
    public static partial void RecordNotRead(ILogger logger, DeviceId device, string kind);

    [LoggerMessage(2111, LogLevel.Debug, "{Device}: answered from memory")]
    public static partial void Recalled(ILogger logger, DeviceId device);

    [LoggerMessage(2112, LogLevel.Debug, "{Device}: the database is not reachable")]
    public static partial void StorageAway(ILogger logger, DeviceId device);
}
