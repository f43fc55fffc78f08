using System.Text.Json;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp.Contacts;

/// <summary>The object that stands for a contact. Contract wawp B1.</summary>
internal static class ContactJson
{
    /// <summary>A person; <c>id</c> is the address that was asked for or is listed.</summary>
    public static void WritePerson(Utf8JsonWriter json, ContactView view)
    {
        var phone = view.Jid.IsPhone ? view.Jid : view.Phone;
        json.WriteStartObject();
        json.WriteString("id", WawpAddress.Format(view.Jid));
        json.WriteNullable("number", phone?.User);
        json.WriteNullable("name", Name(view));
        json.WriteNullable("pushname", view.PushName);
        json.WriteNullable("shortName", view.FirstName);
        json.WriteBoolean("isMe", view.IsMe);
        json.WriteBoolean("isGroup", false);
        json.WriteBoolean("isWAContact", IsOnWhatsApp(view));
        json.WriteBoolean("isMyContact", view.IsSaved);
        json.WriteBoolean("isBlocked", view.IsBlocked);
        json.WriteBoolean("isBusiness", view.IsBusiness);
        json.WriteBoolean("isEnterprise", view.IsEnterprise);
        json.WriteEndObject();
    }

    /// <summary>A group, with its subject for a name when the account is in it.</summary>
    public static void WriteGroup(Utf8JsonWriter json, Jid jid, string? subject)
    {
        json.WriteStartObject();
        json.WriteString("id", WawpAddress.Format(jid));
        json.WriteNull("number");
        json.WriteNullable("name", subject);
        json.WriteNull("pushname");
        json.WriteNull("shortName");
        json.WriteBoolean("isMe", false);
        json.WriteBoolean("isGroup", true);
        json.WriteBoolean("isWAContact", subject is not null);
        json.WriteBoolean("isMyContact", false);
        json.WriteBoolean("isBlocked", false);
        json.WriteBoolean("isBusiness", false);
        json.WriteBoolean("isEnterprise", false);
        json.WriteEndObject();
    }

    /// <summary>The name in the address book.</summary>
    public static string? Name(ContactView view) => view.FullName ?? view.FirstName;

    // Nothing is asked for here: a name that the person chose, or a LID, comes from WhatsApp only for an account that exists.
    private static bool IsOnWhatsApp(ContactView view) =>
        view.IsRegistered
        ?? (view.IsMe || view.PushName is not null || view.BusinessName is not null || (view.IsKnown && view.Lid is not null));
}
