using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.AppState;

public class ActionInterpreterTests
{
    private const string Pn = "491700000001@s.whatsapp.net";
    private const string Lid = "100000000000001@lid";

    [Fact]
    public void Contact_by_number_has_names_and_lid()
    {
        var value = new SyncActionValue
        {
            Timestamp = 1755000000000,
            ContactAction = new ContactAction
            {
                FullName = "Ann Example",
                FirstName = "Ann",
                LidJid = "100000000000001:2@lid",
                PnJid = "1@s.whatsapp.net",
                SaveOnPrimaryAddressbook = true,
            },
        };

        var change = Set(value, "contact", "491700000001@c.us");

        Assert.Equal(
            new AppStateChange.ContactSet(Jid.Parse(Pn), new ContactNames("Ann Example", "Ann"), Jid.Parse(Lid), null, true)
            {
                ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(1755000000000),
            },
            change);
    }

    [Theory]
    [InlineData("f", "g", "u", "f")]
    [InlineData("", "g", "u", "g")]
    [InlineData("", "", "u", "u")]
    [InlineData("", "", "", null)]
    public void Display_name_is_the_first_that_is_there(string full, string first, string username, string? expected)
    {
        var value = new SyncActionValue { ContactAction = new ContactAction { FullName = full, FirstName = first, Username = username } };

        Assert.Equal(expected, Assert.IsType<AppStateChange.ContactSet>(Set(value, "contact", Pn)).Names.Display);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData(Pn)]
    [InlineData("120363021234567890@g.us")]
    [InlineData("")]
    public void Lid_that_is_none_is_left_out(string lid)
    {
        var value = new SyncActionValue { ContactAction = new ContactAction { LidJid = lid } };

        Assert.Null(Assert.IsType<AppStateChange.ContactSet>(Set(value, "contact", Pn)).Lid);
    }

    [Fact]
    public void Other_actions_of_a_contacts_product_are_understood()
    {
        var pn = Jid.Parse(Pn);
        var lid = Jid.Parse(Lid);
        var names = new ContactNames("n", null);
        Assert.Equal(
            new AppStateChange.LidContactSet(lid, new ContactNames("n", null, "u")),
            Set(new SyncActionValue { LidContactAction = new LidContactAction { FullName = "n", Username = "u" } }, "lid_contact", Lid));
        Assert.Equal(
            new AppStateChange.OutContactSet(pn, names),
            Set(new SyncActionValue { OutContactAction = new OutContactAction { FullName = "n" } }, "out_contact", Pn));
        Assert.Equal(
            new AppStateChange.PhoneForLidChatSet(lid, pn),
            Set(new SyncActionValue { PnForLidChatAction = new PnForLidChatAction { PnJid = Pn } }, "pnForLidChat", Lid));
        Assert.Equal(
            new AppStateChange.OwnPushNameSet("me"),
            Set(new SyncActionValue { PushNameSetting = new PushNameSetting { Name = "me" } }, "setting_pushName"));
        Assert.Equal(
            new AppStateChange.OwnLocaleSet("de_DE"),
            Set(new SyncActionValue { LocaleSetting = new LocaleSetting { Locale = "de_DE" } }, "setting_locale"));
        Assert.Equal(
            new AppStateChange.LabelSet("7", "VIP", 3),
            Set(new SyncActionValue { LabelEditAction = new LabelEditAction { Name = "VIP", Color = 3 } }, "label_edit", "7"));
        Assert.Equal(
            new AppStateChange.LabelRemoved("7"),
            Set(new SyncActionValue { LabelEditAction = new LabelEditAction { Name = "VIP", Deleted = true } }, "label_edit", "7"));
        Assert.Equal(
            new AppStateChange.ChatLabelSet("7", pn, true),
            Set(new SyncActionValue { LabelAssociationAction = new LabelAssociationAction { Labeled = true } }, "label_jid", "7", Pn));
    }

    [Fact]
    public void Favourites_and_salt_are_understood()
    {
        var favorites = new FavoritesAction();
        favorites.Favorites.Add(new FavoritesAction.Types.Favorite { Id = Pn });
        favorites.Favorites.Add(new FavoritesAction.Types.Favorite { Id = "nonsense" });
        favorites.Favorites.Add(new FavoritesAction.Types.Favorite { Id = Lid });
        var salt = new NctSaltSyncAction { Salt = ByteString.CopyFrom(1, 2, 3) };

        var list = Assert.IsType<AppStateChange.FavoritesSet>(Set(new SyncActionValue { FavoritesAction = favorites }, "favorites"));
        var set = Assert.IsType<AppStateChange.ClientTokenSaltSet>(Set(new SyncActionValue { NctSaltSyncAction = salt }, "nct_salt_sync"));
        var removed = Assert.IsType<AppStateChange.ClientTokenSaltSet>(Remove("nct_salt_sync"));

        Assert.Equal([Jid.Parse(Pn), Jid.Parse(Lid)], list.Favorites);
        Assert.Equal([1, 2, 3], set.Salt!.Value.ToArray());
        Assert.Null(removed.Salt);
    }

    [Fact]
    public void Removals_are_understood()
    {
        Assert.Equal(new AppStateChange.ContactRemoved(Jid.Parse(Pn)), Remove("contact", Pn));
        Assert.Equal(new AppStateChange.LidContactRemoved(Jid.Parse(Lid)), Remove("lid_contact", Lid));
        Assert.Equal(new AppStateChange.OutContactRemoved(Jid.Parse(Pn)), Remove("out_contact", Pn));
        Assert.Equal(new AppStateChange.PhoneForLidChatRemoved(Jid.Parse(Lid)), Remove("pnForLidChat", Lid));
        Assert.Equal(new AppStateChange.LabelRemoved("7"), Remove("label_edit", "7"));
        Assert.Equal(new AppStateChange.ChatLabelSet("7", Jid.Parse(Pn), false), Remove("label_jid", "7", Pn));
        Assert.Empty(Assert.IsType<AppStateChange.FavoritesSet>(Remove("favorites")).Favorites);
    }

    [Fact]
    public void What_has_no_meaning_here_gives_no_change()
    {
        var contact = new SyncActionValue { ContactAction = new ContactAction { FullName = "n" } };
        Assert.Null(Set(contact, "mute", Pn));
        Assert.Null(Set(contact, "novelty", Pn));
        Assert.Null(Set(contact, "contact"));
        Assert.Null(Set(contact, "contact", Pn, "more"));
        Assert.Null(Set(contact, "contact", "120363021234567890@g.us"));
        Assert.Null(Set(contact, "contact", "nonsense"));
        Assert.Null(Set(new SyncActionValue { Timestamp = 5 }, "contact", Pn));
        Assert.Null(Set(new SyncActionValue { PnForLidChatAction = new PnForLidChatAction { PnJid = Lid } }, "pnForLidChat", Lid));
        Assert.Null(Set(new SyncActionValue { PushNameSetting = new PushNameSetting { Name = "" } }, "setting_pushName"));
        Assert.Null(Remove("setting_pushName"));
        Assert.Null(Remove("novelty", Pn));
        Assert.False(ActionInterpreter.TryInterpretSet("not json"u8, contact.ToByteArray(), out _));
        Assert.False(ActionInterpreter.TryInterpretSet(AppStateIndex.Write("contact", Pn), [0xFF, 0xFF], out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(long.MaxValue)]
    public void Time_that_is_none_is_left_out(long timestamp)
    {
        var value = new SyncActionValue { Timestamp = timestamp, ContactAction = new ContactAction() };

        Assert.Null(Set(value, "contact", Pn)!.ChangedAt);
    }

    [Fact]
    public void Text_of_a_change_shows_nobody()
    {
        var change = Set(new SyncActionValue { ContactAction = new ContactAction { FullName = "Ann" } }, "contact", Pn)!;

        Assert.Equal("ContactSet", change.ToString());
        Assert.Equal("ContactNames", new ContactNames("Ann", null).ToString());
    }

    private static AppStateChange? Set(SyncActionValue value, params string[] index) =>
        ActionInterpreter.TryInterpretSet(AppStateIndex.Write(index), value.ToByteArray(), out var change) ? change : null;

    private static AppStateChange? Remove(params string[] index) =>
        ActionInterpreter.TryInterpretRemove(AppStateIndex.Write(index), out var change) ? change : null;
}
