using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Tells the server the own push name, which goes with "available", and takes "available" back at once: a companion that stays
/// available silences the phone. Once per connection and once per new name; before the name is known nothing is said. Sync
/// section 11.
/// </summary>
internal sealed class PresenceModule : ClientModule
{
    private readonly ClientContext _client;
    private readonly AccountMirror _mirror;
    private readonly SoonWork _telling;
    private IStanzaConnection? _connection;
    private (IStanzaConnection On, string Name)? _told;

    public PresenceModule(ClientContext client, AccountMirror mirror, ILogger logger)
    {
        _client = client;
        _mirror = mirror;
        _telling = new SoonWork(client, TimeSpan.Zero, TellAsync, logger);
    }

    /// <inheritdoc/>
    public override Task ActivatedAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _connection, connection);
        _telling.Wake(connection);
        return Task.CompletedTask;
    }

    /// <summary>The own push name is a new one, and stored.</summary>
    public void NameChanged()
    {
        if (Volatile.Read(ref _connection) is { Ended.IsCancellationRequested: false } connection)
        {
            _telling.Wake(connection);
        }
    }

    private async Task TellAsync(IStanzaConnection connection)
    {
        var name = await _mirror.Store.FindSettingAsync(AccountSetting.OwnPushName, connection.Ended).ConfigureAwait(false)
            ?? _client.Credentials.Account?.PushName;
        if (string.IsNullOrWhiteSpace(name) || _told == (connection, name))
        {
            return;
        }

        _told = (connection, name);
        await connection.SendAsync(Presence.Build(available: true, name), connection.Ended).ConfigureAwait(false);
        await connection.SendAsync(Presence.Build(available: false, name), connection.Ended).ConfigureAwait(false);
    }
}
