using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.Contract.DeviceProfile;

/// <summary>A linked device, and the people and groups of the document's examples around its account.</summary>
public sealed class ProfileScene
{
    public const string Phone = "6281234567890@s.whatsapp.net";
    public const string Lid = "1234567890987654321@lid";
    public const string NoGroupJid = "120363999999999999@g.us";

    private ProfileScene(LinkedUser user, Person john)
    {
        User = user;
        John = john;
    }

    /// <summary>Whose device it is.</summary>
    public LinkedUser User { get; }

    /// <summary>John Doe of the document: a picture, an about text, a companion, and an entry in the address book.</summary>
    public Person John { get; }

    public ApiClient Http => User.Http;

    /// <summary>Links a device for a class of tests.</summary>
    public static async Task<ProfileScene> MakeAsync(GatewayUnderTest gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        var john = AddJohn(gateway.WhatsApp);
        var user = await gateway.LinkAsync(account => gateway.WhatsApp.ContactsOf(account).Save(
        [
            new PhoneContact(john.Jid, "John Doe", "John", Alternative: john.Lid),
        ]));
        return new ProfileScene(user, john);
    }

    /// <summary>Asks for a profile; the identifier is written as it is.</summary>
    public Task<ApiAnswer> ProfileAsync(string jid, string more = "") => ProfileAsync(User, jid, more);

    /// <summary>The same for a device of one's own.</summary>
    public static Task<ApiAnswer> ProfileAsync(LinkedUser user, string jid, string more = "")
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Http.GetAsync($"/wa/devices/{user.DeviceId}/profile?jid={Uri.EscapeDataString(jid)}{more}");
    }

    /// <summary>A person who may be there already: all classes of a deployment share one WhatsApp.</summary>
    public static Person Person(SimulatorServer whatsApp, PersonSpec spec)
    {
        ArgumentNullException.ThrowIfNull(whatsApp);
        ArgumentNullException.ThrowIfNull(spec);
        return whatsApp.People.Find(new Jid(spec.Phone!, JidServers.User)) ?? whatsApp.People.Add(spec);
    }

    private static Person AddJohn(SimulatorServer whatsApp)
    {
        var john = Person(whatsApp, new PersonSpec
        {
            Phone = "6281234567890",
            Lid = "1234567890987654321",
            PushName = "John Doe",
            About = "Available",
            HasPicture = true,
        });
        if (john.Companions.Count == 0)
        {
            john.AddCompanion(new CompanionDevice(1, 1));
        }

        return john;
    }
}
