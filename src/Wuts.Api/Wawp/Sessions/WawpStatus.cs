using Wuts.Core.Devices;

namespace Wuts.Api.Wawp.Sessions;

/// <summary>The words of this dialect for what a device is doing. Contract wawp B10.</summary>
internal static class WawpStatus
{
    public const string Stopped = "STOPPED";
    public const string Starting = "STARTING";
    public const string ScanQrCode = "SCAN_QR_CODE";
    public const string Working = "WORKING";
    public const string Failed = "FAILED";

    /// <summary>The word for a state. A device that stays away for a reason that a new start does not end has failed.</summary>
    public static string Of(DeviceState state, DeviceProblem? problem) => state switch
    {
        DeviceState.Pairing => ScanQrCode,
        DeviceState.Connecting or DeviceState.Reconnecting => Starting,
        DeviceState.Connected => Working,
        DeviceState.PairingExpired or DeviceState.LoggedOut => Failed,
        DeviceState.Disconnected when problem is { Kind: not (DeviceProblemKind.Network or DeviceProblemKind.Storage) } => Failed,
        _ => Stopped,
    };

    /// <summary>The word for how a device is doing.</summary>
    public static string Of(DeviceStatus status) => Of(status.State, status.Problem);
}
