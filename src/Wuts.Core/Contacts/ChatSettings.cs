using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Contacts;

/// <summary>Pins, archives and mutes of chats. Contract wuts 6.4.</summary>
/// <param name="now">A mute that ended before is none.</param>
internal sealed class ChatSettings(DateTimeOffset now)
{
    private readonly HashSet<Jid> _pinned = [];
    private readonly HashSet<Jid> _archived = [];
    private readonly Dictionary<Jid, DateTimeOffset> _muted = [];

    /// <summary>Takes an app-state record; those of other kinds are passed over.</summary>
    public void Add(in AppStateRecord record)
    {
        if (!ChatSetting.TryRead(record, out var setting))
        {
            return;
        }

        switch (setting)
        {
            case ChatSetting.Pinned:
                _pinned.Add(setting.Chat);
                break;
            case ChatSetting.Archived:
                _archived.Add(setting.Chat);
                break;
            case ChatSetting.Muted { Until: var until } when until is null || until > now:
                _muted[setting.Chat] = until ?? DateTimeOffset.MaxValue;
                break;
        }
    }

    /// <summary>A chat with its settings, which may stand under either address of a person.</summary>
    public ChatView View(Jid jid, Jid? other, bool isGroup, string name, int participants) => new(
        jid,
        isGroup,
        name,
        Has(_pinned, jid, other),
        Has(_archived, jid, other),
        _muted.TryGetValue(jid, out var until) || (other is { } lid && _muted.TryGetValue(lid, out until)) ? until : null,
        participants);

    private static bool Has(HashSet<Jid> chats, Jid jid, Jid? other) => chats.Contains(jid) || (other is { } lid && chats.Contains(lid));
}
