using System.Runtime.CompilerServices;
using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.WutsRest;

/// <summary>What can be seen of a contact. Contract wuts 3.2.</summary>
internal static class ProfileEndpoints
{
    /// <summary>
    /// How old an answer may be: it is live, and a burst of calls for one contact is still one query. <c>refresh=true</c>, our own,
    /// asks WhatsApp in any case.
    /// </summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    private static readonly ConditionalWeakTable<ContactProfile, byte[]> Encoded = [];

    public static async Task<Reply> ProfileAsync(Call call)
    {
        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var refresh = query.Boolean("refresh") ?? false;
        var target = WutsInput.Target(query, AddressKinds.Person);
        if (query.Problem is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        // A profile says itself whether the device is connected. When it is not, what is cached is no answer, nor is "not found".
        var answer = await call.Api.Actors.Contact(device.Id, target)
            .GetProfileAsync(refresh ? TimeSpan.Zero : MaxAge, withBusiness: true, call.Aborted);
        if (answer.OrFailure().TryGet(out var profile, out var failure) && !profile.IsStale)
        {
            return Reply.Bytes(Encode(target, profile));
        }

        return await DeviceSelection.FindObstacleAsync(call.Api.Actors.Device(device.Id), call.Aborted) is { } obstacle ? obstacle
            : profile is null ? failure!
            : Reply.Bytes(Encode(target, profile));
    }

    // A profile that did not change is the same object: its answer is encoded once.
    private static byte[] Encode(Jid target, ContactProfile profile) => (profile.Phone ?? profile.Lid) is null
        ? WutsReply.Encode(json => Write(json, target, profile))
        : Encoded.GetValue(profile, static known => WutsReply.Encode(json => Write(json, default, known)));

    // Inside of user_info the keys are those of the library that the original gateway is built on.
    private static void Write(Utf8JsonWriter json, Jid target, ContactProfile profile)
    {
        json.WriteJid("jid"u8, profile.Phone ?? profile.Lid ?? target);
        json.WriteStartObject("user_info"u8);
        json.WriteString("Status"u8, profile.About.Value ?? "");
        json.WriteString("PictureID"u8, profile.PictureId.Value ?? "");
        json.WriteStartArray("Devices"u8);
        foreach (var device in profile.Devices.OrderBy(device => device.Device))
        {
            json.WriteStringValue(device.ToString());
        }

        json.WriteEndArray();
        Write(json, profile.VerifiedName);
        json.WriteEndObject();
        Write(json, profile.Business);
    }

    private static void Write(Utf8JsonWriter json, VerifiedName? name)
    {
        if (name is null)
        {
            json.WriteNull("VerifiedName"u8);
            return;
        }

        json.WriteStartObject("VerifiedName"u8);
        json.WriteNull("Certificate"u8);
        json.WriteStartObject("Details"u8);
        json.WriteNumber("serial"u8, name.Serial);
        json.WriteString("issuer"u8, name.Issuer);
        json.WriteString("verifiedName"u8, name.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BusinessProfile? business)
    {
        if (business is null)
        {
            json.WriteNull("business_profile"u8);
            return;
        }

        json.WriteStartObject("business_profile"u8);
        json.WriteJid("JID"u8, business.Jid);
        json.WriteString("Address"u8, business.Address);
        json.WriteString("Email"u8, business.Email);
        json.WriteStartArray("Categories"u8);
        foreach (var category in business.Categories)
        {
            json.WriteStartObject();
            json.WriteString("ID"u8, category.Id);
            json.WriteString("Name"u8, category.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("ProfileOptions"u8);
        foreach (var (name, value) in business.Options)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteString("BusinessHoursTimeZone"u8, business.HoursTimeZone);
        json.WriteStartArray("BusinessHours"u8);
        foreach (var hours in business.Hours)
        {
            json.WriteStartObject();
            json.WriteString("DayOfWeek"u8, hours.DayOfWeek);
            json.WriteString("Mode"u8, hours.Mode);
            json.WriteString("OpenTime"u8, hours.OpensAt);
            json.WriteString("CloseTime"u8, hours.ClosesAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
