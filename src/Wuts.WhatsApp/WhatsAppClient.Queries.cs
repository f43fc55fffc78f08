using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp;

public sealed partial class WhatsAppClient
{
    /// <summary>Sends a raw query and returns what the server answers, which may be an error.</summary>
    /// <param name="iq">An <c>iq</c> of type <c>get</c> or <c>set</c>. Without an id it gets one; an id must be unique.</param>
    /// <param name="cancellationToken">Gives up waiting; the server may have got the query nevertheless.</param>
    /// <returns>The answer, of type <c>result</c> or <c>error</c>.</returns>
    /// <exception cref="ArgumentException">The node is not such a query.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came within <see cref="WhatsAppOptions.QueryTimeout"/>.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or the connection ended before the answer.</exception>
    public Task<Node> QueryAsync(Node iq, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(iq);
        if (iq.Tag != "iq" || iq["type"] is not ("get" or "set"))
        {
            throw new ArgumentException("A query is an iq of type get or set.", nameof(iq));
        }

        return RequireConnection().QueryAsync(iq, cancellationToken);
    }

    /// <summary>
    /// Unlinks the device from its account, deletes its keys and disconnects. Afterwards only a new pairing connects it again.
    /// </summary>
    /// <exception cref="QueryRefusedException">The server refused; the device is still linked.</exception>
    /// <exception cref="WhatsAppTimeoutException">No answer came in time; the device may or may not be linked.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The client is not connected, or lost the connection before the answer.</exception>
    public async Task LogoutAsync(CancellationToken cancellationToken = default)
    {
        var connection = RequireConnection();
        var supervisor = _supervisor!;
        try
        {
            var answer = await connection.QueryAsync(BuildLogout(Account!.Device), cancellationToken).ConfigureAwait(false);
            Iq.ThrowIfError(answer, "md");
        }
        catch (WhatsAppDisconnectedException end) when (end.Reason.CredentialsInvalid)
        {
            // The server was so quick that the end of the stream came before the answer, or instead of it.
        }

        supervisor.Stop(new DisconnectReason.LoggedOut(401, IsConfirmed: true));
        await supervisor.Running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // <iq type="set" xmlns="md" to="s.whatsapp.net" id>
    //   <remove-companion-device jid="{own device}" reason="user_initiated"/></iq>
    internal static Node BuildLogout(Jid ownDevice) => new(
        "iq",
        [("to", Jid.WhatsApp), ("type", "set"), ("xmlns", "md")],
        [new Node("remove-companion-device", [("jid", ownDevice), ("reason", "user_initiated")])]);

    private StanzaConnection RequireConnection()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _supervisor?.Connection
            ?? throw new WhatsAppDisconnectedException(_supervisor?.LastReason ?? new DisconnectReason.ByUser());
    }
}
