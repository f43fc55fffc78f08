using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Mirror;

/// <summary>What handling one thing leads to: a commit, events that follow it, and phone numbers worth a live query.</summary>
internal sealed class AccountDraft
{
    private readonly List<AccountEvent> _events = [];
    private readonly HashSet<Jid> _asks = [];

    public AccountDraft(SignalTransaction? signal = null, AppStateDelta? appState = null) =>
        Commit = new AccountCommit { Signal = signal, AppState = appState };

    /// <summary>What is stored.</summary>
    public AccountCommit Commit { get; }

    /// <summary>What is raised once it is stored.</summary>
    public IReadOnlyList<AccountEvent> Events => _events;

    /// <summary>Phone numbers whose LID is contradictory.</summary>
    public IReadOnlyCollection<Jid> Asks => _asks;

    public void Add(AccountWrite write) => Commit.Add(write);

    public void Raise(AccountEvent raised) => _events.Add(raised);

    public void Ask(Jid phone) => _asks.Add(phone);
}
