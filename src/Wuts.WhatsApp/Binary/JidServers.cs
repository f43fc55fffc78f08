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

    /// <summary>The legacy spelling of <see cref="User"/>; normalised on parsing.</summary>
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
    internal static string Intern(ReadOnlySpan<char> server)
    {
        foreach (var known in Known)
        {
            if (server.SequenceEqual(known))
            {
                return known;
            }
        }

        return server.ToString();
    }
}
