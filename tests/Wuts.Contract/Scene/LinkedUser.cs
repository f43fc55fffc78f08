using Wuts.Simulator;

namespace Wuts.Contract.Scene;

/// <summary>A user with a linked device, and the account on the other side.</summary>
/// <param name="Caller">The user.</param>
/// <param name="Account">What the device is linked to.</param>
/// <param name="DeviceId">The device.</param>
public sealed record LinkedUser(Caller Caller, Account Account, string DeviceId)
{
    /// <summary>Calls with the user's token.</summary>
    public ApiClient Http => Caller.Http;
}
