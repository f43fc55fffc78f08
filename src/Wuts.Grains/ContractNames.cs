namespace Wuts.Grains;

/// <summary>
/// Names that silos of different versions know each other's grains by. They do not follow the names of the classes, and never
/// change.
/// </summary>
internal static class ContractNames
{
    /// <summary>Devices.</summary>
    public const string Device = "wuts.device";

    /// <summary>Contacts.</summary>
    public const string Contact = "wuts.contact";

    /// <summary>The workers that make every silo forget the contacts of a device.</summary>
    public const string ContactForgetter = "wuts.contact-forgetter";

    /// <summary>The service of each silo that knows the contacts that live there.</summary>
    public const string ContactRoll = "wuts.contact-roll";

    /// <summary>The service of each silo that knows how many devices it owns.</summary>
    public const string DeviceRoll = "wuts.device-roll";
}
