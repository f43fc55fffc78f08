using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.Core.Identity;
using Wuts.Grains.Wire;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.Cluster.Tests.Wire;

public sealed class WireTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly Jid Phone = Jid.Parse("15550001111@s.whatsapp.net");
    private static readonly Jid Lid = Jid.Parse("112233@lid");
    private static readonly Serializer Serializer =
        new ServiceCollection().AddWutsWire().BuildServiceProvider().GetRequiredService<Serializer>();

    public static TheoryData<Failure> Failures =>
    [
        new Failure.NotReady(DeviceState.Reconnecting, new DeviceProblem(DeviceProblemKind.Banned, At)),
        new Failure.NotReady(DeviceState.Created),
        new Failure.NoDevice(),
        new Failure.DeviceDestroyed(),
        new Failure.NotFound(MissingThing.HiddenPicture),
        new Failure.NotPermitted(),
        new Failure.Invalid("jid", "It is not a person."),
        new Failure.Conflict(ConflictKind.TooManyDevices),
        new Failure.RateLimited(TimeSpan.FromSeconds(7.5), IsOwnLimit: true),
        new Failure.RateLimited(null, IsOwnLimit: false),
        new Failure.TimedOut(),
        new Failure.Refused(479),
        new Failure.Unavailable(TimeSpan.FromSeconds(2)),
    ];

    public static TheoryData<PictureOutcome> Pictures =>
    [
        new PictureOutcome.Unchanged(),
        new PictureOutcome.NotSet(),
        new PictureOutcome.Hidden(),
        new PictureOutcome.NotPermitted(),
        new PictureOutcome.Limited(TimeSpan.FromSeconds(30)),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_failure_arrives_as_it_was(Failure failure) => Assert.Equal(failure, Cross<Answer<string>>(failure).Failure);

    [Fact]
    public void No_failure_is_missing_in_the_test_above() => Assert.Equal(
        typeof(Failure).GetNestedTypes().Select(t => t.Name).Order(StringComparer.Ordinal),
        ((IEnumerable<object[]>)Failures).Select(row => row[0].GetType().Name).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_outcome_of_a_picture_arrives_as_it_was(PictureOutcome outcome) =>
        Assert.Equal(outcome, Cross<Answer<PictureOutcome>>(outcome).Value);

    [Fact]
    public void A_picture_that_was_found_arrives_with_its_hash()
    {
        var info = new PictureInfo("17", new Uri("https://pps.whatsapp.net/v/a?b=c"), PictureSize.Full, "/v/a?b=c", new byte[] { 1, 2, 3 }, At);

        var found = Assert.IsType<PictureOutcome.Found>(Cross<Answer<PictureOutcome>>(new PictureOutcome.Found(info)).Value);

        Assert.Equal([1, 2, 3], found.Info.Sha256.ToArray());
        Assert.Equal(info, found.Info with { Sha256 = info.Sha256 });
    }

    [Fact]
    public void A_status_arrives_with_the_health_of_the_address_book()
    {
        var status = new DeviceStatus(
            DeviceState.Pairing, Phone, Lid, "Ana", "android", At, null, new QrCode("2@abc,def", At, At.AddMinutes(1), FromCache: true))
        {
            AddressBook = new CollectionHealth { Status = CollectionStatus.BlockedOnKeys, MissingKeys = [new AppStateKeyId([1, 2, 3, 4, 5, 6])] },
            HistoryDone = true,
        };

        var arrived = Cross<Answer<DeviceStatus>>(status).Value!;

        Assert.Equal(status.AddressBook.MissingKeys, arrived.AddressBook.MissingKeys);
        Assert.Equal(status with { AddressBook = arrived.AddressBook }, arrived);
        Assert.Equal(status.AddressBook with { MissingKeys = arrived.AddressBook.MissingKeys }, arrived.AddressBook);
    }

    [Fact]
    public void Lists_of_contacts_pairs_and_groups_arrive_in_their_order()
    {
        Assert.True(AddressPair.TryCreate(Phone, Lid, out var pair));
        ContactView[] rows = [new(Phone) { Lid = Lid, FullName = "João \"J\" 日本", IsSaved = true, IsRegistered = true }, new(Lid)];
        var history = new PairHistory(pair, ObservationSource.UserQuery, At, At.AddDays(1), null);
        var group = new GroupInfo
        {
            Jid = Jid.Parse("120363039000000000@g.us"),
            Subject = "Team",
            Ephemeral = TimeSpan.FromDays(7),
            Members = [new GroupMember(Lid, Phone, Lid, GroupRole.SuperAdmin, null, "ana")],
        };

        var page = Cross<Answer<ContactPage>>(new ContactPage(7, rows, [Phone], HasMore: true, At)).Value!;
        var pairs = Cross<Answer<PairPage>>(new PairPage([pair], 12)).Value!;
        var resolved = Cross(Answer.Of<IReadOnlyList<Resolution>>([new Resolution(Lid, Phone, Lid) { History = [history] }])).Value!;
        var groups = Cross<Answer<GroupList>>(new GroupList([new GroupView(group, IsMember: true, IsAdmin: false, At)], null)).Value!;

        Assert.Equal(rows, page.Rows);
        Assert.Equal((7L, true, (DateTimeOffset?)At), (page.Version, page.HasMore, page.StaleSince));
        Assert.Equal([Phone], page.Removed);
        Assert.Equal([pair], pairs.Pairs);
        Assert.Equal(history, Assert.Single(Assert.Single(resolved).History));
        var view = Assert.Single(groups.Groups);
        Assert.Equal(group.Members, view.Info.Members);
        Assert.Equal(group with { Members = view.Info.Members }, view.Info);
    }

    [Fact]
    public void A_profile_and_what_a_lookup_tells_arrive_as_they_were()
    {
        var name = new VerifiedName("Shop", ulong.MaxValue, "smb:wa", VerifiedLevel.High, At);
        var business = new BusinessProfile
        {
            Jid = Phone,
            Categories = [new BusinessCategory("1", "Food")],
            Hours = [new BusinessHours("mon", "specific_hours", "540", "1080")],
            Options = new Dictionary<string, string> { ["cart_enabled"] = "true" },
        };
        var profile = new ContactProfile { Phone = Phone, About = Seen.Shown("Hi"), PictureId = Seen<string>.Hidden, Devices = [Phone, Phone.WithDevice(3)], VerifiedName = name, Business = business, AsOf = At };
        var info = new UserInfo { Exists = true, Lid = Lid, About = Seen<string>.NotSet, Devices = [0, 3], IsBusinessKnown = true, AsOf = At };

        var arrived = Cross<Answer<ContactProfile>>(profile).Value!;
        var told = Cross<Answer<UserInfo>>(info).Value!;

        Assert.Equal(profile.Devices, arrived.Devices);
        Assert.Equal((profile.About, profile.PictureId, name, At), (arrived.About, arrived.PictureId, arrived.VerifiedName, arrived.AsOf));
        Assert.Equal(business.Categories, arrived.Business!.Categories);
        Assert.Equal(business.Hours, arrived.Business.Hours);
        Assert.Equal(business.Options, arrived.Business.Options);
        Assert.Equal(info.Devices, told.Devices);
        Assert.Equal(info with { Devices = told.Devices }, told);
    }

    [Fact]
    public void Bytes_of_a_picture_arrive_as_they_were()
    {
        var jpeg = new byte[100_000];
        new Random(5).NextBytes(jpeg);

        var file = Cross<Answer<PictureFile>>(new PictureFile(Visibility.Shown, "17", jpeg, At)).Value!;

        Assert.Equal(jpeg, file.Jpeg.ToArray());
    }

    [Fact]
    public void Arguments_arrive_as_they_were()
    {
        Assert.Equal([Phone, Lid, default], Cross<IReadOnlyList<Jid>>(new[] { Phone, Lid, default }));
        Assert.Equal([PhoneNumber.Parse("15550001111")], Cross<IReadOnlyList<PhoneNumber>>(new[] { PhoneNumber.Parse("15550001111") }));
        Assert.Equal([SyncScope.Pins, SyncScope.Critical], Cross<IReadOnlyList<SyncScope>>(new[] { SyncScope.Pins, SyncScope.Critical }));
        Assert.Equal(new ContactListRequest { Limit = 5, Search = "a" }, Cross(new ContactListRequest { Limit = 5, Search = "a" }));
        Assert.Equal(ContactParts.About | ContactParts.Hidden, Cross(ContactParts.About | ContactParts.Hidden));
    }

    [Fact]
    public void An_answer_of_a_newer_silo_is_understood_without_what_is_new()
    {
        const string Newer = """{"value":{"Version":7,"Rows":[],"Removed":[],"HasMore":false,"Colour":"blue"}}""";

        Assert.Equal(7, JsonSerializer.Deserialize<Answer<ContactPage>>(Newer, WireJson.Options)!.Value!.Version);
        Assert.Equal("a", JsonSerializer.Deserialize<Answer<string>>("""{"colour":{"a":[1]},"value":"a","more":1}""", WireJson.Options)!.Value);
    }

    [Fact]
    public void The_lease_of_an_answer_arrives_with_it()
    {
        Answer<string> answer = "a";

        Assert.Equal(17, Cross(answer with { Lease = 17 }).Lease);
        Assert.Null(Cross(answer).Lease);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""{"other":1}""")]
    [InlineData("""{"failure":null}""")]
    [InlineData("""{"failure":{"$is":"NoSuchFailure"}}""")]
    [InlineData("""{"value":"a","failure":{"$is":"NoDevice"}}""")]
    public void What_is_no_answer_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Answer<string>>(json, WireJson.Options));

    private static T Cross<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value))!;
}
