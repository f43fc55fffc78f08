using System.Text.Json;

namespace Wuts.Simulator.Control;

/// <summary>A new person; see <see cref="PersonSpec"/>.</summary>
internal sealed record PersonRequest(
    string? Phone = null,
    string? Lid = null,
    string? PushName = null,
    string? Username = null,
    string? About = null,
    string? Picture = null,
    BusinessCard? Business = null,
    IReadOnlyList<string>? Aliases = null,
    TimeSpan? DisappearingTimer = null,
    bool? LidIsKnown = null,
    bool? Registered = null,
    IReadOnlyDictionary<string, string>? Privacy = null,
    IReadOnlyList<string>? Contacts = null,
    IReadOnlyList<CompanionDevice>? Devices = null)
{
    /// <exception cref="ArgumentException">A value is malformed, so that nobody is made.</exception>
    public PersonSpec ToSpec()
    {
        PersonPatch.Check(Privacy);
        _ = Picture is null or "none" ? null : Lookup.Jpeg(Picture);
        var defaults = new PersonSpec();
        return defaults with
        {
            Phone = Phone,
            Lid = Lid,
            PushName = PushName,
            Username = Username,
            About = About ?? defaults.About,
            HasPicture = Picture == "generated",
            Business = Business,
            Aliases = Aliases ?? defaults.Aliases,
            DisappearingTimer = DisappearingTimer ?? defaults.DisappearingTimer,
            LidIsKnown = LidIsKnown ?? defaults.LidIsKnown,
        };
    }

    /// <summary>What is set after the person is there.</summary>
    public void Finish(SimulatorServer server, Person person)
    {
        if (Picture is not (null or "none" or "generated"))
        {
            person.SetPicture(Lookup.Jpeg(Picture)!);
        }

        foreach (var (name, value) in Privacy ?? new Dictionary<string, string>())
        {
            person.SetPrivacy(name, value);
        }

        foreach (var other in Lookup.Known(server, Contacts))
        {
            person.AddContact(other);
        }

        foreach (var device in Devices ?? [])
        {
            person.AddCompanion(device);
        }

        if (Registered == false)
        {
            person.SetRegistered(registered: false);
        }
    }
}

/// <summary>What may be changed about a person; what is absent stays. An empty user name gives it up.</summary>
internal sealed record PersonPatch(
    string? PushName = null,
    string? Username = null,
    string? About = null,
    string? Picture = null,
    JsonElement Business = default,
    TimeSpan? DisappearingTimer = null,
    bool? LidIsKnown = null,
    bool? LidMigrated = null,
    bool? Registered = null,
    IReadOnlyDictionary<string, string>? Privacy = null,
    IReadOnlyList<string>? Contacts = null,
    DirectoryDefects? Defects = null)
{
    public void Apply(SimulatorServer server, Person person)
    {
        var business = Lookup.Read<BusinessCard>(Business);
        var others = Lookup.Known(server, Contacts);
        Check(Privacy);
        Set(PushName, person.SetPushName);
        Set(Username, name => person.SetUsername(name.Length == 0 ? null : name));
        Set(About, person.SetAbout);
        Set(Picture, picture => SetPicture(person, picture));
        if (Business.ValueKind != JsonValueKind.Undefined)
        {
            person.SetBusiness(business);
        }

        if (DisappearingTimer is { } timer)
        {
            person.SetDisappearingTimer(timer);
        }

        person.LidIsKnown = LidIsKnown ?? person.LidIsKnown;
        person.IsLidMigrated = LidMigrated ?? person.IsLidMigrated;
        person.Defects = Defects ?? person.Defects;
        foreach (var (name, value) in Privacy ?? new Dictionary<string, string>())
        {
            person.SetPrivacy(name, value);
        }

        if (Contacts is not null)
        {
            foreach (var other in person.Contacts.Except(others))
            {
                person.RemoveContact(other);
            }

            Array.ForEach(others, person.AddContact);
        }

        if (Registered is { } registered)
        {
            person.SetRegistered(registered);
        }
    }

    /// <exception cref="ArgumentException">There is no such setting, or it has no such value.</exception>
    internal static void Check(IReadOnlyDictionary<string, string>? privacy)
    {
        foreach (var (name, value) in privacy ?? new Dictionary<string, string>())
        {
            if (!PrivacySettings.IsValid(name, value))
            {
                throw new ArgumentException("There is no privacy setting with this name and value.", nameof(privacy));
            }
        }
    }

    private static void SetPicture(Person person, string picture)
    {
        if (picture == "none")
        {
            person.RemovePicture();
        }
        else if (Lookup.Jpeg(picture) is { } jpeg)
        {
            person.SetPicture(jpeg);
        }
        else
        {
            person.SetPicture();
        }
    }

    private static void Set(string? value, Action<string> set)
    {
        if (value is not null)
        {
            set(value);
        }
    }
}

/// <summary>A person as the network knows them, whoever may see it.</summary>
internal sealed record PersonView(
    string Phone,
    string Jid,
    string Lid,
    string? PushName,
    string? Username,
    bool Registered,
    bool LidIsKnown,
    string About,
    DateTimeOffset AboutSetAt,
    string? PictureId,
    BusinessCard? Business,
    TimeSpan? DisappearingTimer,
    IReadOnlyDictionary<string, string> Privacy,
    IReadOnlyList<CompanionDevice> Devices,
    int Contacts,
    int Groups,
    bool HasAccount)
{
    public static PersonView Of(Person person) => new(
        person.Phone,
        person.Jid.ToString(),
        person.Lid.ToString(),
        person.PushName,
        person.Username,
        person.IsRegistered,
        person.LidIsKnown,
        person.About.Text,
        person.About.SetAt,
        person.Picture?.Id,
        person.Business,
        person.DisappearingMode?.Duration,
        PrivacySettings.Names.ToDictionary(name => name, name => person.Privacy[name]),
        person.Companions,
        person.Contacts.Count,
        person.Groups.Count,
        person.Account is not null);
}
