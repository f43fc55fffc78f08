using System.Text.Json;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.DeviceProfile;

/// <summary>
/// Writes the answers of this dialect. Text that is not known is <c>""</c>, <c>phone_jid</c> and <c>lid</c> are left out, and
/// nothing is ever <c>null</c>. Contract device-profile 1.2, A1.2.
/// </summary>
internal static class ProfileJson
{
    /// <summary>A1.1.</summary>
    public static void WriteContact(Utf8JsonWriter json, SeenContact contact)
    {
        BeginProfile(json, "contact", contact.Jid);
        WriteOptional(json, "phone_jid", contact.Phone);
        WriteOptional(json, "lid", contact.Lid);
        json.WriteString("status", contact.About);
        WritePicture(json, contact.Picture);
        json.WriteString("push_name", contact.PushName);
        json.WriteString("business_name", contact.BusinessName);
        json.WriteString("verified_name", contact.VerifiedName);
        WriteAddresses(json, "devices", contact.Devices);
        EndProfile(json);
    }

    /// <summary>A1.3.</summary>
    public static void WriteGroup(Utf8JsonWriter json, SeenGroup group)
    {
        BeginProfile(json, "group", group.Info.Jid);
        WriteNames(json, group.Info);
        WritePicture(json, group.Picture);
        WriteAddresses(json, "participants", group.Info.Members.Select(m => m.Jid.ToBase()).Distinct());
        EndProfile(json);
    }

    /// <summary>A2.</summary>
    public static void WriteGroups(Utf8JsonWriter json, IReadOnlyList<GroupInfo> groups)
    {
        BeginData(json);
        json.WriteStartArray("groups");
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteString("jid", group.Jid.ToString());
            WriteNames(json, group);
            json.WriteNumber("participant_count", group.Size > 0 ? group.Size : group.Members.Count);
            json.WriteBoolean("is_announce", group.IsAnnounce);
            json.WriteBoolean("is_locked", group.IsLocked);
            json.WriteBoolean("is_ephemeral", group.Ephemeral > TimeSpan.Zero);
            json.WriteBoolean("is_join_approval_required", group.JoinApproval);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("count", groups.Count);
        EndData(json);
    }

    /// <summary>1.3: <c>request_id</c> is beside <c>error</c>, and <c>details</c> is left out when it is empty.</summary>
    public static void WriteError(Utf8JsonWriter json, ProfileError error, string requestId)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        if (error.Field is { } field)
        {
            json.WriteStartObject("details");
            json.WriteString("field", field);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
    }

    /// <summary>Opens the envelope of a success.</summary>
    public static void BeginData(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("data");
    }

    /// <summary>Closes it.</summary>
    public static void EndData(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void BeginProfile(Utf8JsonWriter json, string type, Jid jid)
    {
        BeginData(json);
        json.WriteString("type", type);
        json.WriteStartObject("profile");
        json.WriteString("jid", jid.ToString());
    }

    private static void EndProfile(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        EndData(json);
    }

    private static void WriteNames(Utf8JsonWriter json, GroupInfo group)
    {
        json.WriteString("name", group.Subject);
        json.WriteString("subject", group.Subject);
        json.WriteString("description", group.Description ?? "");
    }

    private static void WritePicture(Utf8JsonWriter json, PictureInfo? picture)
    {
        json.WriteString("picture_url", picture?.Url.AbsoluteUri ?? "");
        json.WriteString("picture_id", picture?.Id ?? "");
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, Jid? jid)
    {
        if (jid is { } known)
        {
            json.WriteString(name, known.ToBase().ToString());
        }
    }

    private static void WriteAddresses(Utf8JsonWriter json, string name, IEnumerable<Jid> jids)
    {
        json.WriteStartArray(name);
        foreach (var jid in jids)
        {
            json.WriteStringValue(jid.ToString());
        }

        json.WriteEndArray();
    }
}
