using Wuts.Core.Contacts;
using Wuts.Core.Events;
using Wuts.Core.Stores;
using Wuts.Core.Tests.Stores;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Tests.Contacts;

/// <summary>What a void part means for the next question. Sync section 10.9.</summary>
public sealed class InvalidationTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(ContactParts.About)]
    [InlineData(ContactParts.Picture)]
    [InlineData(ContactParts.Devices)]
    [InlineData(ContactParts.Business)]
    [InlineData(ContactParts.All)]
    public async Task A_void_part_is_asked_for_again(ContactParts parts)
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        using var watch = new QueryWatch(scene.Server, "usync");
        await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();
        await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();
        Assert.Equal(1, watch.Count);

        await scene.Contact(person.Jid).InvalidateAsync(parts, null, 0, CancellationToken.None);
        await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();

        Assert.Equal(2, watch.Count);
    }

    [Fact]
    public async Task A_token_of_a_person_makes_void_only_what_was_hidden()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var open = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        var shy = scene.Server.People.Add(new PersonSpec { HasPicture = true, About = "Secret" });
        shy.SetPrivacy(PrivacySettings.About, PrivacySettings.Nobody);
        foreach (var person in new[] { open, shy })
        {
            await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();
            await scene.Contact(person.Jid).InvalidateAsync(ContactParts.Hidden, null, 0, CancellationToken.None);
        }

        shy.SetPrivacy(PrivacySettings.About, PrivacySettings.Everyone);
        using var watch = new QueryWatch(scene.Server, "usync");
        await scene.Contact(open.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();
        Assert.Equal(0, watch.Count);
        var seen = await scene.Contact(shy.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();

        Assert.Equal(Seen.Shown("Secret"), seen.About);
    }

    [Fact]
    public async Task A_picture_that_is_announced_is_known_by_its_id_and_its_address_is_asked_for()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        var before = await scene.Contact(person.Jid).GetPictureAsync(PictureSize.Full, null, Day, CancellationToken.None).Value();
        var now = person.SetPicture();

        await scene.Contact(person.Jid).InvalidateAsync(ContactParts.Picture, now.Id, 0, CancellationToken.None);
        var after = await scene.Contact(person.Jid).GetPictureAsync(PictureSize.Full, null, Day, CancellationToken.None).Value();

        Assert.NotEqual(before.Info!.Id, after.Info!.Id);
        Assert.Equal(now.Id, after.Info.Id);
    }

    [Fact]
    public async Task An_answer_that_was_on_its_way_when_something_changed_is_not_kept()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "Before" });
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource();
        var script = scene.Server.OnIqLater("usync", async _ =>
        {
            asked.TrySetResult();
            await hold.Task.Within();
            return null;
        });
        var early = scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None);
        await asked.Task.Within();

        await scene.Contact(person.Jid).InvalidateAsync(ContactParts.About, null, 0, CancellationToken.None);
        hold.SetResult();
        script.Dispose();

        Assert.Equal(Visibility.Unknown, (await early.Value()).About.Visibility);
        Assert.Equal(Seen.Shown("Before"), (await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value()).About);
    }

    [Fact]
    public async Task What_the_next_owner_of_a_device_finds_void_is_void_in_the_store_too()
    {
        await using var scene = await Scene.StartAsync();
        var person = await KnownFriendAsync(scene);
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();
        await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Value();
        using var events = scene.Events.Subscribe();

        var picture = person.SetPicture();
        await Scene.NextAsync<DeviceEvent.ProfileChanged>(events);

        var stored = await scene.Database.LoadAsync(scene.Id, person.Jid, CancellationToken.None);
        Assert.Equal(Seen.Shown(picture.Id), stored.State!.PictureId!.Value);
    }

    [Fact]
    public async Task What_is_void_is_said_again_until_that_is_stored()
    {
        await using var scene = await Scene.StartAsync();
        var person = await KnownFriendAsync(scene);
        using var events = scene.Events.Subscribe();
        scene.Database.CachingFails = true;
        var before = scene.Database.CacheWrites;

        var picture = person.SetPicture();
        await scene.PassAsync(() => scene.Database.CacheWrites > before + 2);
        scene.Database.CachingFails = false;
        var told = Scene.NextAsync<DeviceEvent.ProfileChanged>(events);
        await scene.PassAsync(() => told.IsCompleted);

        var stored = await scene.Database.LoadAsync(scene.Id, person.Jid, CancellationToken.None);
        Assert.Equal(Seen.Shown(picture.Id), stored.State!.PictureId!.Value);
    }

    [Fact]
    public async Task A_slow_store_does_not_bring_back_what_became_void_meanwhile()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "Before" });
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Database.Caching = slow.Task;
        var asked = scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None);
        await Guard.UntilAsync(() => scene.Database.CacheWrites == 1);

        var voided = scene.Contact(person.Jid).InvalidateAsync(ContactParts.About, null, 0, CancellationToken.None);
        slow.SetResult();
        await voided.Value();
        await asked.Value();

        Assert.Null((await scene.Database.LoadAsync(scene.Id, person.Jid, CancellationToken.None)).State!.About);
    }

    [Fact]
    public async Task What_an_earlier_owner_found_void_too_late_is_void_in_the_store_when_the_next_one_finds_it()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var jid = scene.Server.People.Add(new PersonSpec { About = "Before" }).Jid;
        await scene.Contact(jid).GetProfileAsync(Day, false, CancellationToken.None).Value();
        var lease = (await scene.Database.LoadAsync(scene.Id, jid, CancellationToken.None)).Lease!.Value;
        scene.Database.StealLease(scene.Id);

        await scene.Contact(jid).InvalidateAsync(ContactParts.About, null, lease, CancellationToken.None).Value();
        Assert.NotNull((await scene.Database.LoadAsync(scene.Id, jid, CancellationToken.None)).State!.About);
        await scene.Contact(jid).InvalidateAsync(ContactParts.About, null, lease + 1, CancellationToken.None).Value();

        Assert.Null((await scene.Database.LoadAsync(scene.Id, jid, CancellationToken.None)).State!.About);
    }

    [Fact]
    public async Task What_could_not_be_read_at_first_is_void_in_the_store_too()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var jid = scene.Server.People.Add().Jid;
        var lease = (await scene.Database.LoadAsync(scene.Id, jid, CancellationToken.None)).Lease!.Value;
        var old = new ContactState { About = new(Seen.Shown("Before"), scene.Time.GetUtcNow()) };
        await scene.Database.SaveAsync(scene.Id, jid, old, lease, CancellationToken.None);

        scene.Database.IsDown = true;
        Assert.IsType<Failure.Unavailable>(await scene.Contact(jid).InvalidateAsync(ContactParts.About, null, lease, CancellationToken.None).Failure());
        scene.Database.IsDown = false;
        await scene.Contact(jid).InvalidateAsync(ContactParts.About, null, lease, CancellationToken.None).Value();

        Assert.Null((await scene.Database.LoadAsync(scene.Id, jid, CancellationToken.None)).State!.About);
    }

    [Fact]
    public async Task A_device_that_was_unlinked_leaves_nothing_in_the_cache()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();

        await scene.Device.LogoutAsync(CancellationToken.None).Value();

        Assert.Equal(0, scene.Engine.LivingContacts);
        Assert.IsType<Failure.NotReady>(await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Failure());
    }

    /// <summary>Somebody whose picture is shown to the linked account, and whose profile was asked for.</summary>
    private static async Task<Person> KnownFriendAsync(Scene scene)
    {
        var me = scene.Server.People.Of(await scene.LinkedDeviceAsync());
        var person = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        me.AddContact(person);
        person.AddContact(me);
        await scene.Contact(person.Jid).GetProfileAsync(Day, false, CancellationToken.None).Value();
        return person;
    }
}
