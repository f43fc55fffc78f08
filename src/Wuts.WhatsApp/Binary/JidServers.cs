using System.Text;

namespace Wuts.WhatsApp.Binary;

/// <summary>The servers (domains) a <see cref="Jid"/> can name. Protocol section 5.6.</summary>
public static class JidServers
{
    /// <summary>Accounts known by phone number ("PN").</summary>
    public const string User = "s.whatsapp.net";

    /// <summary>Accounts known by their hidden identity ("LID").</summary>
    public const string Lid = "lid";

    /// <summary>A phone-number account's device that a business provider hosts.</summary>
    public const string Hosted = "hosted";

    /// <summary>A LID account's device that a business provider hosts.</summary>
    public const string HostedLid = "hosted.lid";

    /// <summary>The legacy spelling of <see cref="User"/>, which no <see cref="Jid"/> keeps.</summary>
    public const string LegacyUser = "c.us";

    /// <summary>Groups and communities.</summary>
    public const string Group = "g.us";

    /// <summary>Broadcast lists and the status feed.</summary>
    public const string Broadcast = "broadcast";

    /// <summary>Channels.</summary>
    public const string Newsletter = "newsletter";

    /// <summary>Bots.</summary>
    public const string Bot = "bot";

    /// <summary>Calls.</summary>
    public const string Call = "call";

    /// <summary>Messenger users; the device number has 16 bits.</summary>
    public const string Messenger = "msgr";

    /// <summary>Users of other networks; carries an integrator number.</summary>
    public const string Interop = "interop";

    private static readonly string[] Known =
        [User, Lid, Hosted, HostedLid, LegacyUser, Group, Broadcast, Newsletter, Bot, Call, Messenger, Interop];

    /// <summary>Returns the shared instance of a known server name, or a new string for an unknown one.</summary>
    internal static string Intern(ReadOnlySpan<char> server) => TryGetKnown(server, out var known) ? known : server.ToString();

    /// <summary>Finds the shared instance of a known server name.</summary>
    internal static bool TryGetKnown(ReadOnlySpan<char> server, out string known)
    {
        foreach (var candidate in Known)
        {
            if (server.SequenceEqual(candidate))
            {
                known = candidate;
                return true;
            }
        }

        known = "";
        return false;
    }

    /// <summary>Finds the shared instance of a known server name that is written in UTF-8.</summary>
    internal static bool TryGetKnown(ReadOnlySpan<byte> server, out string known)
    {
        foreach (var candidate in Known)
        {
            if (Ascii.Equals(server, candidate))
            {
                known = candidate;
                return true;
            }
        }

        known = "";
        return false;
    }

    /// <summary>The server that a domain byte stands for in a device JID.</summary>
    internal static bool TryGetByDomain(byte domain, out string server)
    {
        server = domain switch
        {
            0 => User,
            1 => Lid,
            128 => Hosted,
            129 => HostedLid,
            _ => "",
        };
        return server.Length != 0;
    }

    /// <summary>The domain byte of one of the four servers that have devices of 8 bits.</summary>
    internal static byte DomainOf(string server) => server switch
    {
        User => 0,
        Lid => 1,
        Hosted => 128,
        HostedLid => 129,
        _ => throw new ArgumentException("The server has no domain byte.", nameof(server)),
    };

    /// <summary>The largest device number that can be written for a user of the server; 0 when there are no devices.</summary>
    internal static ushort MaxDevice(string server) => server switch
    {
        User or Lid or Hosted or HostedLid => byte.MaxValue,
        Messenger or Interop => ushort.MaxValue,
        _ => 0,
    };
}
