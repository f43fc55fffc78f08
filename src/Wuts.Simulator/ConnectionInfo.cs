using Wuts.Simulator.Registration;
using Wuts.Simulator.Sessions;
using Wuts.Simulator.Transport;

namespace Wuts.Simulator;

/// <summary>Where a connection stands.</summary>
public enum ConnectionStage
{
    /// <summary>The Noise handshake is not finished.</summary>
    Handshake,

    /// <summary>The client wants to become a linked device.</summary>
    Registering,

    /// <summary>A linked device in passive mode.</summary>
    Passive,

    /// <summary>A linked device that receives what happens.</summary>
    Active,

    /// <summary>The server has said its last word.</summary>
    Closing,

    /// <summary>The server plays dead.</summary>
    HalfOpen,
}

/// <summary>A connection as it is at the moment.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="OpenedAt">Since when it is open.</param>
/// <param name="Handshake">How the handshake went: <c>xx</c>, <c>ik</c> or <c>xx-fallback</c>.</param>
/// <param name="Account">Phone number of the account, when it is known.</param>
/// <param name="Device">Number of the linked device, when it is known.</param>
/// <param name="ShowedRoutingInfo">Whether the client put routing info in front of the intro.</param>
public sealed record ConnectionInfo(
    long Id,
    ConnectionStage Stage,
    DateTimeOffset OpenedAt,
    string? Handshake,
    string? Account,
    int? Device,
    bool ShowedRoutingInfo)
{
    internal static ConnectionInfo Of(ClientConnection connection) => new(
        connection.Id,
        connection switch
        {
            { IsSilent: true } => ConnectionStage.HalfOpen,
            { IsClosing: true } => ConnectionStage.Closing,
            { Session: LinkedSession { IsActive: true } } => ConnectionStage.Active,
            { Session: LinkedSession } => ConnectionStage.Passive,
            { Session: RegistrationSession } => ConnectionStage.Registering,
            _ => ConnectionStage.Handshake,
        },
        connection.OpenedAt,
        connection.Handshake is { } kind ? KebabCase.Of(kind) : null,
        connection.Who.Account,
        connection.Who.Device,
        connection.RoutingInfo.Length > 0);
}
