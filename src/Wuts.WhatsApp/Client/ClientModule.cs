using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>
/// One concern of a logged-in client: the stanzas it handles, and what it does when the client logs in. Modules live as long as
/// the client and are registered in <see cref="ClientModules"/>.
/// </summary>
internal abstract class ClientModule
{
    /// <summary>Whether the module wants to handle a stanza. Several modules may; they are asked in the order of registration.</summary>
    public virtual bool Accepts(Node stanza) => false;

    /// <summary>
    /// Handles a stanza that was accepted. What it teaches is stored when the task completes: the acknowledgement follows.
    /// </summary>
    public virtual Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult(StanzaOutcome.Handled);

    /// <summary>Called for every stanza after all modules have handled it.</summary>
    public virtual ValueTask HandledAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Called after the login and before the client becomes active, that is, before the backlog comes. Modules follow each
    /// other. A failure other than of the store is logged and does not stop the login.
    /// </summary>
    public virtual Task PrepareAsync(IStanzaConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called when the client is active. Modules follow each other; the client counts as connected meanwhile.</summary>
    public virtual Task ActivatedAsync(IStanzaConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;
}
