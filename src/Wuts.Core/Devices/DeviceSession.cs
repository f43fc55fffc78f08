using Wuts.WhatsApp;

namespace Wuts.Core.Devices;

/// <summary>One wish to be connected, or one pairing, with the client that carries it out.</summary>
internal sealed class DeviceSession : IWhatsAppEventSink
{
    private readonly Func<DeviceSession, WhatsAppEvent, Task> _handle;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="create">Makes the client, which hands its events to this object.</param>
    /// <param name="handle">Takes an event in a turn of the device.</param>
    public DeviceSession(Func<IWhatsAppEventSink, WhatsAppClient> create, Func<DeviceSession, WhatsAppEvent, Task> handle)
    {
        _handle = handle;
        Client = create(this);
    }

    /// <summary>The client.</summary>
    public WhatsAppClient Client { get; }

    /// <summary>What it is doing.</summary>
    public DeviceState State { get; set; } = DeviceState.Connecting;

    /// <summary>The pairing, while it is one.</summary>
    public PairingAttempt? Pairing { get; set; }

    /// <summary>Whether it was logged in before.</summary>
    public bool WasConnected { get; set; }

    /// <summary>Whether the device is being unlinked from here.</summary>
    public bool IsUnlinking { get; set; }

    /// <summary>Completes when the device is logged in for the first time, or will not be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Lets those go on who wait for the login.</summary>
    public void Settle() => _settled.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask OnEventAsync(WhatsAppEvent happened, CancellationToken cancellationToken) => await _handle(this, happened);
}
