using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Everything that one stanza, query or sync step changes. A store applies it completely or not at all.</summary>
public sealed class AccountCommit
{
    private readonly List<AccountWrite> _writes = [];
    private readonly List<AccountEvent> _events = [];

    /// <summary>Signal state that changes, the mark that a payload was handled among it.</summary>
    public SignalTransaction? Signal { get; init; }

    /// <summary>A verified step of an app-state collection. What it means for contacts stands in <see cref="Writes"/>.</summary>
    public AppStateDelta? AppState { get; init; }

    /// <summary>Row changes, in the order in which they are to be applied.</summary>
    public IReadOnlyList<AccountWrite> Writes => _writes;

    /// <summary>
    /// What is told to the application once this is stored. A process may die in between, and what is delivered again changes
    /// nothing and is therefore not told again: a store for which no event may be lost keeps these in the same transaction, until
    /// they were passed on.
    /// </summary>
    public IReadOnlyList<AccountEvent> Events => _events;

    /// <summary>Whether there is nothing to store and nothing to tell.</summary>
    public bool IsEmpty => _writes.Count + _events.Count == 0 && AppState is null && Signal is not { HasChanges: true };

    /// <summary>Adds a row change.</summary>
    public void Add(AccountWrite write) => _writes.Add(write);

    /// <summary>Adds an event.</summary>
    public void Raise(AccountEvent raised) => _events.Add(raised);
}
