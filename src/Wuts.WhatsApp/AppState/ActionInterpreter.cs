using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Gives verified records their meaning. Total: an unknown action, a missing value and an index of another shape have no
/// meaning, which is not an error. Sync section 3.13.
/// </summary>
internal static class ActionInterpreter
{
    // Times beyond year 9999 are nonsense; DateTimeOffset could not hold them.
    private const long LatestTimestamp = 253_402_300_799_999;

    /// <summary>Reads what it means that the entry with this index now has this value.</summary>
    public static bool TryInterpretSet(ReadOnlySpan<byte> index, ReadOnlySpan<byte> value, [NotNullWhen(true)] out AppStateChange? change)
    {
        change = null;
        if (!AppStateIndex.TryRead(index, out var parts) || !TryParse(value, out var action))
        {
            return false;
        }

        change = parts switch
        {
            ["contact", var who] when action.ContactAction is { } entry && TryPerson(who, out var contact) => new AppStateChange.ContactSet(
                contact,
                new ContactNames(Text(entry.FullName), Text(entry.FirstName), Text(entry.Username)),
                contact.IsPhone ? PersonOrNull(entry.LidJid, lid: true) : null,
                contact.IsLid ? PersonOrNull(entry.PnJid, lid: false) : null,
                entry.SaveOnPrimaryAddressbook),
            ["lid_contact", var who] when action.LidContactAction is { } entry && TryPerson(who, out var contact) =>
                new AppStateChange.LidContactSet(
                    contact, new ContactNames(Text(entry.FullName), Text(entry.FirstName), Text(entry.Username))),
            ["out_contact", var who] when action.OutContactAction is { } entry && TryPerson(who, out var contact) =>
                new AppStateChange.OutContactSet(contact, new ContactNames(Text(entry.FullName), Text(entry.FirstName))),
            ["pnForLidChat", var who] when PersonOrNull(who, lid: true) is { } lid
                && PersonOrNull(action.PnForLidChatAction?.PnJid, lid: false) is { } phone =>
                new AppStateChange.PhoneForLidChatSet(lid, phone),
            ["setting_pushName"] when Text(action.PushNameSetting?.Name) is { } name => new AppStateChange.OwnPushNameSet(name),
            ["setting_locale"] when Text(action.LocaleSetting?.Locale) is { } locale => new AppStateChange.OwnLocaleSet(locale),
            ["favorites"] when action.FavoritesAction is { } favorites => new AppStateChange.FavoritesSet(Jids(favorites)),
            ["label_edit", var id] when action.LabelEditAction is { } label => label.Deleted
                ? new AppStateChange.LabelRemoved(id)
                : new AppStateChange.LabelSet(id, label.Name, label.Color),
            ["label_jid", var id, var chat] when action.LabelAssociationAction is { } label && Jid.TryParse(chat, out var jid) =>
                new AppStateChange.ChatLabelSet(id, jid.ToBase(), label.Labeled),
            ["nct_salt_sync"] when action.NctSaltSyncAction is { HasSalt: true } salt =>
                new AppStateChange.ClientTokenSaltSet(salt.Salt.Memory),
            _ => null,
        };
        if (change is not null && action.HasTimestamp)
        {
            change = change with { ChangedAt = Time(action.Timestamp) };
        }

        return change is not null;
    }

    /// <summary>Reads what it means that there is no entry with this index any more.</summary>
    public static bool TryInterpretRemove(ReadOnlySpan<byte> index, [NotNullWhen(true)] out AppStateChange? change)
    {
        change = AppStateIndex.TryRead(index, out var parts)
            ? parts switch
            {
                ["contact", var who] when TryPerson(who, out var contact) => new AppStateChange.ContactRemoved(contact),
                ["lid_contact", var who] when TryPerson(who, out var contact) => new AppStateChange.LidContactRemoved(contact),
                ["out_contact", var who] when TryPerson(who, out var contact) => new AppStateChange.OutContactRemoved(contact),
                ["pnForLidChat", var who] when PersonOrNull(who, lid: true) is { } lid => new AppStateChange.PhoneForLidChatRemoved(lid),
                ["favorites"] => new AppStateChange.FavoritesSet([]),
                ["label_edit", var id] => new AppStateChange.LabelRemoved(id),
                ["label_jid", var id, var chat] when Jid.TryParse(chat, out var jid) =>
                    new AppStateChange.ChatLabelSet(id, jid.ToBase(), false),
                ["nct_salt_sync"] => new AppStateChange.ClientTokenSaltSet(null),
                _ => null,
            }
            : null;
        return change is not null;
    }

    /// <summary>The time stamp of a stored value in milliseconds; 0 when there is none or the value is unreadable.</summary>
    public static long TimestampOf(ReadOnlySpan<byte> value) => TryParse(value, out var action) ? action.Timestamp : 0;

    /// <summary>Reads an encoded action value.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out SyncActionValue? action)
    {
        try
        {
            action = SyncActionValue.Parser.ParseFrom(value);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            // The MACs are right, so this is what the phone wrote: a value of a kind that this library does not know.
            action = null;
            return false;
        }
    }

    private static bool TryPerson(string text, out Jid person)
    {
        var found = Jid.TryParse(text, out person) && person.IsPerson;
        person = person.ToBase();
        return found;
    }

    private static Jid? PersonOrNull(string? text, bool lid) =>
        Jid.TryParse(text, out var jid) && (lid ? jid.IsLid : jid.IsPhone) ? jid.ToBase() : null;

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static DateTimeOffset? Time(long milliseconds) =>
        milliseconds is > 0 and <= LatestTimestamp ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static List<Jid> Jids(FavoritesAction favorites)
    {
        var jids = new List<Jid>(favorites.Favorites.Count);
        foreach (var favorite in favorites.Favorites)
        {
            if (Jid.TryParse(favorite.Id, out var jid))
            {
                jids.Add(jid.ToBase());
            }
        }

        return jids;
    }
}
