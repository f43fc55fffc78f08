using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>What the parts of one client share.</summary>
internal sealed class ClientContext
{
    public ClientContext(WhatsAppOptions options, IWhatsAppStore store)
    {
        Options = options;
        Store = store;
        Credentials = new CredentialKeeper(store, options.TimeProvider);
        PreKeyMaker = new PreKeyMaker(store.PreKeys);
        Events = new EventStream(options.EventCapacity, options.EventSink);
        Clock = new ServerClock(options.TimeProvider);
        ConnectionSettings = new ConnectionSettings(
            options.Label,
            options.QueryTimeout,
            options.KeepAlive,
            options.TimeProvider,
            options.Random,
            Clock,
            options.LoggerFactory.CreateLogger("Wuts.WhatsApp.Transport"))
        {
            StoragePatience = options.StoragePatience,
        };
    }

    /// <summary>The options; validated.</summary>
    public WhatsAppOptions Options { get; }

    /// <summary>What the device keeps.</summary>
    public IWhatsAppStore Store { get; }

    /// <summary>The credentials in use.</summary>
    public CredentialKeeper Credentials { get; }

    /// <summary>Makes one-time pre-keys.</summary>
    public PreKeyMaker PreKeyMaker { get; }

    /// <summary>What happened, on its way to the application.</summary>
    public EventStream Events { get; }

    /// <summary>The server's time.</summary>
    public ServerClock Clock { get; }

    /// <summary>Work that goes on without anybody waiting for it.</summary>
    public WorkInProgress Background { get; } = new();

    /// <summary>What every connection of the client needs.</summary>
    public ConnectionSettings ConnectionSettings { get; }

    /// <summary>The local clock and the timers.</summary>
    public TimeProvider TimeProvider => Options.TimeProvider;

    /// <summary>Names the device in the log.</summary>
    public string Label => Options.Label;
}
