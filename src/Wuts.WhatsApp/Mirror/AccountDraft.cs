using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Mirror;

/// <summary>What handling one thing leads to: a commit, events that follow it, and phone numbers worth a live query.</summary>
internal sealed class AccountDraft
{
    private readonly HashSet<Jid> _asks = [];

    public AccountDraft(SignalTransaction? signal = null, AppStateDelta? appState = null) =>
        Commit = new AccountCommit { Signal = signal, AppState = appState };

    /// <summary>What is stored.</summary>
    public AccountCommit Commit { get; }

    /// <summary>Phone numbers whose LID is contradictory.</summary>
    public IReadOnlyCollection<Jid> Asks => _asks;

    public void Add(AccountWrite write) => Commit.Add(write);

    public void Raise(AccountEvent raised) => Commit.Raise(raised);

    public void Ask(Jid phone)
    {
        if (_asks.Add(phone))
        {
            Commit.Add(new AccountWrite.LookupDue(phone));
        }
    }
}
