using Wuts.Simulator.Groups;
using Wuts.Simulator.People;
using Wuts.Simulator.Pictures;
using Wuts.Simulator.Sessions;

namespace Wuts.Simulator;

/// <summary>What the network knows besides accounts and connections: people, groups, pictures, tokens.</summary>
internal sealed class World
{
    private readonly SimulatorRandom _random;
    private long _lastPicture;

    public World(SimulatorServer server)
    {
        Server = server;
        _random = server.Random.Fork("world");
        _lastPicture = server.Options.FirstPictureId - 1 ?? server.StartedAt.ToUnixTimeSeconds();
        People = new PersonDirectory(this);
        Groups = new GroupDirectory(this, _random.Fork("groups"));
        Tokens = new TokenBook(_random.Fork("tokens"), server.Time);
        Limits = new RateLimits(server.Time, (device, kind) => server.Events.Add(
            SimulatorEventKind.RateLimited, new(device.Connection, device.Account.Phone, device.Id), KebabCase.Of(kind)));
        Post = new Postman(server, NoticeAnswers);
        Notices = new PersonNotices(this);
        OwnNotices = new OwnNotices(this);
        Pictures = new PictureHost(_random.Fork("pictures"), server.Time, PictureAnswers);
    }

    public SimulatorServer Server { get; }

    public PersonDirectory People { get; }

    public GroupDirectory Groups { get; }

    public TokenBook Tokens { get; }

    public PictureHost Pictures { get; }

    /// <summary>How user queries are answered.</summary>
    public UsyncSettings UsyncAnswers { get; } = new();

    /// <summary>How picture queries are answered.</summary>
    public PictureSettings PictureAnswers { get; } = new();

    /// <summary>How changes are told to devices.</summary>
    public NoticeSettings NoticeAnswers { get; } = new();

    /// <summary>How much each device may ask for.</summary>
    public RateLimits Limits { get; }

    /// <summary>What is told about people.</summary>
    public PersonNotices Notices { get; }

    /// <summary>What is told to an account about itself.</summary>
    public OwnNotices OwnNotices { get; }

    public Postman Post { get; }

    /// <summary>How other queries about people and groups are answered.</summary>
    public DirectorySettings OtherAnswers { get; } = new();

    /// <summary>Enters the requests about people and groups.</summary>
    public static void Map(IqRoutes routes)
    {
        routes.MapUsync();
        routes.MapPictures();
        routes.MapBlocklist();
        routes.MapBusiness();
        routes.MapPrivacy();
        routes.MapOwnProfile();
        routes.MapGroups();
    }

    /// <summary>A picture with a new id.</summary>
    /// <exception cref="ArgumentException">The bytes are no JPEG.</exception>
    public Picture NextPicture(byte[]? full = null, byte[]? preview = null)
    {
        foreach (var file in new[] { full, preview })
        {
            if (file is not null && !Jpeg.IsJpeg(file))
            {
                throw new ArgumentException("A picture is a JPEG file.", nameof(full));
            }
        }

        return new Picture(Interlocked.Increment(ref _lastPicture), full, preview);
    }
}
