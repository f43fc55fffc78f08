using Wuts.Core.Contacts;
using Wuts.Core.Stores;
using Wuts.Storage.Tests.DeviceData;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Storage.Tests.Stores;

public class ContactCacheTests
{
    [Theory, EachDatabase]
    public async Task A_contact_is_read_back_with_the_age_of_every_part(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, _) = await test.AddOwnedDeviceAsync();
        var cache = test.Storage.ContactCache;
        var state = FullState();

        Assert.Equal(new CachedContact(null, fence.Number), await cache.LoadAsync(device.Id, People.Alice, default));
        await cache.SaveAsync(device.Id, People.Alice, new ContactState(), fence.Number, default);
        await cache.SaveAsync(device.Id, People.Alice, state, fence.Number, default);
        await test.ReopenAsync();

        var read = await test.Storage.ContactCache.LoadAsync(device.Id, People.Alice, default);
        Assert.Equivalent(state, read.State, strict: true);
        Assert.Equal(fence.Number, read.Lease);
        Assert.Null((await test.Storage.ContactCache.LoadAsync(device.Id, People.Bob, default)).State);
    }

    [Theory, EachDatabase]
    public async Task That_there_is_none_is_kept_too(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, _) = await test.AddOwnedDeviceAsync();
        var state = new ContactState { Business = new(null, TestStorage.Noon), About = new(Seen<string>.Hidden, TestStorage.Noon) };

        await test.Storage.ContactCache.SaveAsync(device.Id, People.Alice, state, fence.Number, default);

        var read = await test.Storage.ContactCache.LoadAsync(device.Id, People.Alice, default);
        Assert.Equal(state, read.State);
    }

    [Theory, EachDatabase]
    public async Task Pictures_are_kept_by_size(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, _) = await test.AddOwnedDeviceAsync();
        var cache = test.Storage.ContactCache;
        var large = new byte[300_000];
        new Random(1).NextBytes(large);

        await cache.SavePictureAsync(device.Id, People.Alice, PictureSize.Preview, new StoredPicture("old", new byte[] { 1 }), fence.Number, default);
        await cache.SavePictureAsync(device.Id, People.Alice, PictureSize.Preview, new StoredPicture("new", new byte[] { 2 }), fence.Number, default);
        await cache.SavePictureAsync(device.Id, People.Alice, PictureSize.Full, new StoredPicture("new", large), fence.Number, default);

        var preview = await cache.LoadPictureAsync(device.Id, People.Alice, PictureSize.Preview, default);
        var full = await cache.LoadPictureAsync(device.Id, People.Alice, PictureSize.Full, default);
        Assert.Equal("new", preview!.Id);
        Assert.Equal([2], preview.Jpeg.ToArray());
        Assert.Equal(large, full!.Jpeg.ToArray());
        Assert.Null(await cache.LoadPictureAsync(device.Id, People.Bob, PictureSize.Full, default));
    }

    [Theory, EachDatabase]
    public async Task A_device_that_nobody_ever_owned_has_learnt_nothing(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var device = await test.AddDeviceAsync((await test.AddUserAsync("Acme")).User);

        await test.Storage.ContactCache.SaveAsync(device.Id, People.Alice, FullState(), 0, default);

        Assert.Equal(default, await test.Storage.ContactCache.LoadAsync(device.Id, People.Alice, default));
    }

    [Theory, EachDatabase]
    public async Task What_a_device_learnt_under_a_lease_is_not_kept_when_there_is_a_later_one(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, _) = await test.AddOwnedDeviceAsync();
        var cache = test.Storage.ContactCache;
        var (state, picture) = (FullState(), new StoredPicture("1", new byte[] { 1 }));

        await cache.SaveAsync(device.Id, People.Alice, state, fence.Number, default);
        await cache.SavePictureAsync(device.Id, People.Alice, PictureSize.Full, picture, fence.Number, default);
        await test.Storage.Leases.ReleaseAsync(fence, default);
        var next = Assert.IsType<LeaseResult.Acquired>(
            await test.Storage.Leases.AcquireAsync(device.Id, "another", TimeSpan.FromMinutes(1), default));
        await cache.SaveAsync(device.Id, People.Alice, new ContactState(), fence.Number, default);
        await cache.SavePictureAsync(device.Id, People.Alice, PictureSize.Full, picture with { Id = "2" }, fence.Number, default);
        await cache.SaveAsync(device.Id, People.Bob, state, fence.Number, default);

        Assert.Equivalent(state, (await cache.LoadAsync(device.Id, People.Alice, default)).State, strict: true);
        Assert.Equal("1", (await cache.LoadPictureAsync(device.Id, People.Alice, PictureSize.Full, default))!.Id);
        Assert.Equal(new CachedContact(null, next.Fence.Number), await cache.LoadAsync(device.Id, People.Bob, default));
    }

    [Theory, EachDatabase]
    public async Task Answers_about_registrations_are_kept(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var (one, two, three) = (PhoneNumber.Parse("491700000001"), PhoneNumber.Parse("5511999999999"), PhoneNumber.Parse("491700000003"));
        var registered = new Registration(two, true, Jid.Parse("551199999999@s.whatsapp.net"), People.AliceLid, TestStorage.Noon.AddTicks(1));

        await data.SaveRegistrationsAsync([new(one, true, one, null, TestStorage.Noon), new(two, false, null, null, TestStorage.Noon)], default);
        await data.SaveRegistrationsAsync([registered], default);

        Assert.Equal([registered], await data.FindRegistrationsAsync([two, three], default));
        Assert.Equal(2, (await data.FindRegistrationsAsync([one, two], default)).Count);
    }

    [Theory, EachDatabase]
    public async Task A_number_counts_at_its_first_check_however_often_it_is_checked(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var (_, _, other) = await test.AddOwnedDeviceAsync();
        var noon = TestStorage.Noon;
        var phones = Enumerable.Range(1, 3).Select(i => PhoneNumber.Parse($"49170000000{i}")).ToList();

        await data.SaveRegistrationsAsync([new(phones[0], false, null, null, noon), new(phones[1], true, phones[1], null, noon.AddHours(2))], default);
        await data.SaveRegistrationsAsync([new(phones[0], true, phones[0], null, noon.AddHours(3)), new(phones[2], false, null, null, noon.AddHours(1))], default);
        await other.SaveRegistrationsAsync([new(phones[0], false, null, null, noon)], default);

        Assert.Equal([noon, noon.AddHours(1), noon.AddHours(2)], await data.ReadFirstChecksAsync(noon.AddTicks(-1), default));
        Assert.Equal([noon.AddHours(1), noon.AddHours(2)], await data.ReadFirstChecksAsync(noon, default));
        Assert.Empty(await data.ReadFirstChecksAsync(noon.AddHours(2), default));
    }

    private static ContactState FullState() => new()
    {
        Phone = People.Alice,
        Lid = People.AliceLid,
        Exists = new(true, TestStorage.Noon.AddTicks(1)),
        About = new(Seen.Shown("Hey \"there\" 🙂\0"), TestStorage.Noon.AddTicks(2)),
        PictureId = new(Seen.Shown("123"), TestStorage.Noon),
        Preview = new(
            Seen.Shown(new PictureInfo("123", new Uri("https://example.org/a?b=c%20d"), PictureSize.Preview, "/a", new byte[] { 1, 2 }, TestStorage.Noon)),
            TestStorage.Noon),
        Full = new(Seen<PictureInfo>.NotSet, TestStorage.Noon),
        Devices = new([0, 5, 99], TestStorage.Noon),
        VerifiedName = new(new VerifiedName("Größe", ulong.MaxValue, "smb:wa", VerifiedLevel.High, TestStorage.Noon), TestStorage.Noon),
        Business = new(
            new BusinessProfile
            {
                Jid = People.Alice,
                Address = "Street 1",
                Websites = ["https://example.org"],
                Categories = [new BusinessCategory("1", "Shop")],
                Options = new Dictionary<string, string> { ["cart_enabled"] = "true" },
                Hours = [new BusinessHours("mon", "specific_hours", "540", "1020")],
            },
            TestStorage.Noon),
    };
}
