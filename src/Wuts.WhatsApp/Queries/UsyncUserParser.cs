using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Reads one <c>&lt;user&gt;</c> of a usync answer. Sync section 4.2.</summary>
internal static class UsyncUserParser
{
    /// <summary>The person, or <see langword="null"/> when nothing says whom the element is about.</summary>
    public static UsyncUser? Parse(Node user)
    {
        var addresses = new AddressPair();
        addresses.Add(user, "jid");
        addresses.Add(user, "pn_jid");
        if (user.Child("lid") is { } lid)
        {
            addresses.Add(lid, "val");
        }

        var contact = user.Child("contact");
        var asked = contact?.ContentText ?? contact?["username"];
        if (addresses.IsEmpty && asked is null)
        {
            return null;
        }

        var errors = new Dictionary<UsyncProtocol, QueryError>();
        foreach (var part in user.Children)
        {
            if (UsyncProtocolNames.TryParse(part.Tag) is { } protocol && QueryError.TryRead(part, out var error))
            {
                errors[protocol] = error.Value;
            }
        }

        return new UsyncUser
        {
            PhoneJid = addresses.Phone,
            LidJid = addresses.Lid,
            AskedText = asked,
            Registration = Registration(contact),
            About = About(user.Child("status"), errors),
            Picture = Picture(user.Child("picture"), errors),
            Devices = Devices(user.Child("devices")),
            IsBusiness = user.Child("business") is not null,
            VerifiedName = user.Child("business")?.Child("verified_name") is { } name ? VerifiedName.Read(name) : null,
            Username = user.Child("username")?.ContentText is { Length: > 0 } username ? username : null,
            DisappearingTimer = user.Child("disappearing_mode") is { } timer && Iq.Number(timer, "duration") is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : null,
            Errors = errors,
        };
    }

    private static UsyncRegistration? Registration(Node? contact) => contact?["type"] switch
    {
        "in" => UsyncRegistration.Registered,
        "out" => UsyncRegistration.NotRegistered,
        "invalid" => UsyncRegistration.Invalid,
        _ => null,
    };

    private static UsyncAbout? About(Node? status, Dictionary<UsyncProtocol, QueryError> errors)
    {
        if (status is null)
        {
            return null;
        }

        if (status["code"] == "401" || (errors.TryGetValue(UsyncProtocol.Status, out var error) && error.Code == 401))
        {
            return new UsyncAbout.Hidden();
        }

        return status["code"] is not null || errors.ContainsKey(UsyncProtocol.Status)
            ? null
            : new UsyncAbout.Text(status.ContentText ?? "", Iq.Time(status, "t"));
    }

    private static UsyncPicture? Picture(Node? picture, Dictionary<UsyncProtocol, QueryError> errors)
    {
        if (picture is null)
        {
            return null;
        }

        if (errors.TryGetValue(UsyncProtocol.Picture, out var error))
        {
            return error.Code switch
            {
                401 => new UsyncPicture.Hidden(),
                404 => new UsyncPicture.NotSet(),
                _ => null,
            };
        }

        return picture["id"] is { Length: > 0 } id ? new UsyncPicture.Id(id) : new UsyncPicture.NotSet();
    }

    private static UsyncDevices? Devices(Node? devices)
    {
        if (devices is null)
        {
            return null;
        }

        var timestamp = devices.Child("key-index-list") is { } keys
            && long.TryParse(keys["ts"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : (long?)null;
        if (devices.Child("device-list") is not { } list)
        {
            return devices.Child("key-index-list") is null ? null : new UsyncDevices.Unchanged(timestamp);
        }

        var found = new List<UsyncDevice>();
        foreach (var device in list.Children)
        {
            if (device.Tag == "device"
                && ushort.TryParse(device["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                found.Add(new UsyncDevice(id, Iq.Number(device, "key-index"), device["is_hosted"] == "true"));
            }
        }

        return new UsyncDevices.Listed(found, list["hash"], timestamp);
    }

    /// <summary>Sorts addresses by kind, whichever attribute they came in: both answer shapes of section 4.3 occur.</summary>
    private struct AddressPair
    {
        public Jid? Phone;
        public Jid? Lid;

        public readonly bool IsEmpty => Phone is null && Lid is null;

        public void Add(Node node, string attribute)
        {
            if (Iq.BaseJid(node, attribute) is not { } jid)
            {
                return;
            }

            if (jid.IsPhone)
            {
                Phone ??= jid;
            }
            else if (jid.IsLid)
            {
                Lid ??= jid;
            }
        }
    }
}
