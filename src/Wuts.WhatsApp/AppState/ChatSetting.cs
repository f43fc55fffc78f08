using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// A setting of one chat as the phone keeps it in app state. Such records change nothing about contacts, so nothing is derived
/// from them when they arrive: whoever lists chats reads them from the stored records. Sync section 3.1.
/// </summary>
public abstract record ChatSetting
{
    // Times beyond year 9999 are nonsense; DateTimeOffset could not hold them.
    private const long LatestTimestamp = 253_402_300_799_999;

    private const long Forever = -1;

    private ChatSetting(Jid chat) => Chat = chat;

    /// <summary>The chat: a person by either address, or a group.</summary>
    public Jid Chat { get; }

    /// <summary>The kind of setting: chats are personal.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>The chat is pinned.</summary>
    public sealed record Pinned(Jid Chat) : ChatSetting(Chat);

    /// <summary>The chat is archived.</summary>
    public sealed record Archived(Jid Chat) : ChatSetting(Chat);

    /// <summary>The chat is muted until a time; <see langword="null"/> for ever.</summary>
    public sealed record Muted(Jid Chat, DateTimeOffset? Until) : ChatSetting(Chat);

    /// <summary>Reads a stored record.</summary>
    /// <returns>False for every other kind of record, and for a setting that is switched off.</returns>
    public static bool TryRead(in AppStateRecord record, [NotNullWhen(true)] out ChatSetting? setting)
    {
        setting = null;
        if (!AppStateIndex.TryRead(record.Index.Span, out var parts) || parts.Length != 2
            || parts[0] is not ("pin_v1" or "archive" or "mute") || !Jid.TryParse(parts[1], out var jid)
            || !ActionInterpreter.TryParse(record.Value.Span, out var value))
        {
            return false;
        }

        var chat = jid.ToBase();
        setting = parts[0] switch
        {
            "pin_v1" when value.PinAction is { Pinned: true } => new Pinned(chat),
            "archive" when value.ArchiveChatAction is { Archived: true } => new Archived(chat),
            "mute" when value.MuteAction is { Muted: true, MuteEndTimestamp: Forever } => new Muted(chat, null),
            "mute" when value.MuteAction is { Muted: true, MuteEndTimestamp: > 0 and <= LatestTimestamp } mute =>
                new Muted(chat, DateTimeOffset.FromUnixTimeMilliseconds(mute.MuteEndTimestamp)),
            _ => null,
        };
        return setting is not null;
    }
}
