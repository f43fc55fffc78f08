namespace Wuts.WhatsApp.Queries;

/// <summary>Names of the usync protocols on the wire. Sync section 4.1.</summary>
internal static class UsyncProtocolNames
{
    public static string Of(UsyncProtocol protocol) => protocol switch
    {
        UsyncProtocol.Contact => "contact",
        UsyncProtocol.Lid => "lid",
        UsyncProtocol.Devices => "devices",
        UsyncProtocol.Status => "status",
        UsyncProtocol.Picture => "picture",
        UsyncProtocol.Business => "business",
        UsyncProtocol.DisappearingMode => "disappearing_mode",
        UsyncProtocol.Username => "username",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    public static UsyncProtocol? TryParse(string name) => name switch
    {
        "contact" => UsyncProtocol.Contact,
        "lid" => UsyncProtocol.Lid,
        "devices" => UsyncProtocol.Devices,
        "status" => UsyncProtocol.Status,
        "picture" => UsyncProtocol.Picture,
        "business" => UsyncProtocol.Business,
        "disappearing_mode" => UsyncProtocol.DisappearingMode,
        "username" => UsyncProtocol.Username,
        _ => null,
    };
}
