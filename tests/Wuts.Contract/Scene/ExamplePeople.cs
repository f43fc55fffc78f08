using Wuts.Simulator;

namespace Wuts.Contract.Scene;

/// <summary>The people of the contracts' examples, with their numbers and LIDs. They stay as they are.</summary>
public sealed class ExamplePeople
{
    /// <summary>The id of Maria's picture.</summary>
    public const int FirstPictureId = 1718000000;

    internal ExamplePeople(SimulatorServer whatsApp)
    {
        Maria = whatsApp.People.Add(new PersonSpec { Phone = "5511999999999", Lid = "150199452311775", PushName = "Maria", HasPicture = true });
        Joao = whatsApp.People.Add(new PersonSpec { Phone = "5511888888888", Lid = "112233445566778", PushName = "Joao", About = "Available" });
        Private = whatsApp.People.Add(new PersonSpec { Phone = "5511777777777", PushName = "Private", HasPicture = true, About = "Secret" });
        Private.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);
        Private.SetPrivacy(PrivacySettings.About, PrivacySettings.Nobody);
        Shop = whatsApp.People.Add(new PersonSpec
        {
            Phone = "5511966666666",
            PushName = "Silva",
            HasPicture = true,
            Business = new BusinessCard
            {
                Name = "Silva Comercio",
                VerifiedLevel = "high",
                Profile = new BusinessDetails
                {
                    Address = "Rua Augusta 1500, Sao Paulo",
                    Email = "contato@silva.example",
                    Categories = new Dictionary<string, string> { ["1223524174334504"] = "Shop" },
                    Options = new Dictionary<string, string> { ["commerce_experience"] = "catalog" },
                    TimeZone = "America/Sao_Paulo",
                    Hours = [new OpeningHours("mon", "specific_hours", 540, 1080), new OpeningHours("sun", "open_24h")],
                },
            },
        });
    }

    /// <summary>5511999999999, with a picture.</summary>
    public Person Maria { get; }

    /// <summary>5511888888888, with the LID that the contract shows and no picture.</summary>
    public Person Joao { get; }

    /// <summary>5511777777777; shows neither picture nor about to anybody.</summary>
    public Person Private { get; }

    /// <summary>5511966666666, a business.</summary>
    public Person Shop { get; }
}
