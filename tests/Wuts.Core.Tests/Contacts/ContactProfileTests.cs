using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Core.Queries;
using Wuts.Core.Tests.Stores;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Contacts;

public sealed class ContactProfileTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_profile_shows_what_the_person_shows()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "At work", HasPicture = true });

        var profile = await scene.Contact(person.Jid).GetProfileAsync(Minute, true, CancellationToken.None).Value();

        Assert.Equal(Seen.Shown("At work"), profile.About);
        Assert.Equal(Seen.Shown(person.Picture!.Id), profile.PictureId);
        Assert.Equal((person.Jid, person.Lid), (profile.Phone, profile.Lid));
        Assert.Equal([person.Jid], profile.Devices);
        Assert.Null(profile.VerifiedName);
        Assert.Null(profile.Business);
        Assert.Equal(scene.Time.GetUtcNow(), profile.AsOf);
    }

    [Fact]
    public async Task Hidden_and_not_set_are_told_apart()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var shy = scene.Server.People.Add(new PersonSpec { HasPicture = true });
        shy.SetPrivacy(PrivacySettings.About, PrivacySettings.Nobody);
        shy.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);
        var blank = scene.Server.People.Add(new PersonSpec { About = "" });

        var hidden = await scene.Contact(shy.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();
        var empty = await scene.Contact(blank.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();

        Assert.Equal(Visibility.Hidden, hidden.About.Visibility);
        Assert.Equal(Visibility.Hidden, hidden.PictureId.Visibility);
        Assert.Equal(Visibility.NotSet, empty.About.Visibility);
        Assert.Equal(Visibility.NotSet, empty.PictureId.Visibility);
    }

    [Fact]
    public async Task A_number_that_is_not_on_WhatsApp_is_not_found()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();

        var failure = await scene.Contact(Jid.Parse("15559999999@s.whatsapp.net")).GetProfileAsync(Minute, true, CancellationToken.None).Failure();

        Assert.Equal(new Failure.NotFound(MissingThing.Contact), failure);
    }

    [Fact]
    public async Task What_was_not_answered_is_a_time_out()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        scene.Server.Faults.Add(new Fault.NoAnswer { Xmlns = "usync" });

        var asked = scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None);
        await scene.PassAsync(() => asked.IsCompleted);

        Assert.IsType<Failure.TimedOut>(await asked.Failure());
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_ask_again_and_the_class_pauses()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        scene.Server.Faults.Add(new Fault.RequestError { Xmlns = "usync", Code = 429, Backoff = 120 });

        var limited = Assert.IsType<Failure.RateLimited>(
            await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Failure());
        Assert.Equal((TimeSpan.FromSeconds(120), false), (limited.RetryAfter, limited.IsOwnLimit));
        using var watch = new QueryWatch(scene.Server, "usync");
        Assert.IsType<Failure.RateLimited>(await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Failure());
        Assert.Equal(0, watch.Count);
    }

    [Fact]
    public async Task A_part_that_fails_does_not_fail_the_whole()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "At work" });
        scene.Server.UsyncAnswers.Fail("picture", 500);

        var profile = await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();

        Assert.Equal(Seen.Shown("At work"), profile.About);
        Assert.Equal(Visibility.Unknown, profile.PictureId.Visibility);
    }

    [Fact]
    public async Task When_WhatsApp_cannot_be_asked_what_it_said_within_a_day_is_shown_and_said_to_be_old()
    {
        await using var scene = await Scene.StartAsync(s => s with
        {
            WhatsApp = s.WhatsApp with { KeepAlive = s.WhatsApp.KeepAlive with { Timeout = TimeSpan.FromDays(1) } },
        });
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "At work" });
        var first = await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();
        scene.Time.Advance(TimeSpan.FromHours(3));
        scene.Server.Faults.Add(new Fault.RequestError { Xmlns = "usync", Code = 429, Backoff = (int)TimeSpan.FromHours(23).TotalSeconds });

        var old = await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();
        Assert.Equal((Seen.Shown("At work"), first.AsOf), (old.About, old.AsOf));
        Assert.IsType<Failure.RateLimited>(old.Unrenewed);
        Assert.Null(first.Unrenewed);
        Assert.IsType<Failure.RateLimited>(await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.Zero, false, CancellationToken.None).Failure());

        await scene.Contact(person.Jid).InvalidateAsync(ContactParts.About, null, 0, CancellationToken.None);
        var changed = await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();
        Assert.Equal(Visibility.Unknown, changed.About.Visibility);

        scene.Time.Advance(TimeSpan.FromHours(22));
        Assert.IsType<Failure.RateLimited>(await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task A_device_that_is_not_connected_says_so_instead_of_showing_what_is_old()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "At work" });
        await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();
        scene.Time.Advance(TimeSpan.FromHours(3));

        Assert.IsType<Failure.NotReady>(await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task A_young_profile_is_not_asked_for_again_also_after_a_restart()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        using var watch = new QueryWatch(scene.Server, "usync");
        await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();

        await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();
        await scene.RestartAsync();
        await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();

        Assert.Equal(1, watch.Count);
    }

    [Fact]
    public async Task An_old_profile_and_one_that_must_be_fresh_are_asked_for()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        using var watch = new QueryWatch(scene.Server, "usync");
        await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();

        await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.Zero, false, CancellationToken.None).Value();
        scene.Time.Advance(Minute + TimeSpan.FromSeconds(1));
        await scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();

        Assert.Equal(3, watch.Count);
    }

    [Fact]
    public async Task Something_that_was_hidden_is_asked_for_again_after_an_hour_at_the_latest()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var shy = scene.Server.People.Add();
        shy.SetPrivacy(PrivacySettings.About, PrivacySettings.Nobody);
        using var watch = new QueryWatch(scene.Server, "usync");
        await scene.Contact(shy.Jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
        await scene.Contact(shy.Jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
        Assert.Equal(1, watch.Count);

        scene.Time.Advance(TimeSpan.FromMinutes(61));
        await scene.Contact(shy.Jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();

        Assert.Equal(2, watch.Count);
    }

    [Fact]
    public async Task Five_hundred_requests_for_fifty_people_are_fifty_lookups_in_few_queries()
    {
        await using var scene = await Scene.StartAsync(s => s with { Queries = new QueryOptions() });
        await scene.LinkedDeviceAsync();
        var people = Enumerable.Range(0, 50).Select(_ => scene.Server.People.Add()).ToList();
        using var watch = new QueryWatch(scene.Server, "usync");

        var asked = Enumerable.Range(0, 500)
            .Select(i => scene.Contact(people[i % 50].Jid).GetProfileAsync(Minute, false, CancellationToken.None))
            .ToList();
        var all = Task.WhenAll(asked);
        await scene.Database.WhenCacheLoadsAsync(50).Within();
        while (!all.IsCompleted)
        {
            await Task.WhenAny(all, scene.Time.WhenTimerDueAsync(TimeSpan.FromMilliseconds(5))).Within();
            scene.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.All(await all, a => Assert.Null(a.Failure));
        Assert.Equal(50, watch.Users);
        Assert.InRange(watch.Count, 1, 5);
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_end_the_lookup_of_the_others()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        var hold = new TaskCompletionSource();
        using var script = scene.Server.OnIqLater("usync", async _ =>
        {
            await hold.Task.Within();
            return null;
        });
        using var impatience = new CancellationTokenSource();
        var first = scene.Contact(person.Jid).GetProfileAsync(Minute, false, impatience.Token);
        var second = scene.Contact(person.Jid).GetProfileAsync(Minute, false, CancellationToken.None);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within());
        hold.SetResult();

        Assert.Equal(person.Jid, (await second.Value()).Phone);
    }

    [Fact]
    public async Task A_notification_of_WhatsApp_makes_the_cache_void()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "Before", HasPicture = true });
        scene.Server.People.Of(account).AddContact(person);
        person.AddContact(scene.Server.People.Of(account));
        await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
        using var events = scene.Events.Subscribe();

        person.SetAbout("After");
        await VoidedAsync(events, ContactParts.About);
        var after = await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
        Assert.Equal(Seen.Shown("After"), after.About);

        person.SetPicture();
        await VoidedAsync(events, ContactParts.Picture);
        using var watch = new QueryWatch(scene.Server, "usync");
        var pictured = await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
        Assert.Equal(Seen.Shown(person.Picture!.Id), pictured.PictureId);
    }

    [Fact]
    public async Task A_notification_that_names_a_person_by_hash_makes_the_cache_of_whoever_has_it_void()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        var me = scene.Server.People.Of(account);
        var (person, other) = (scene.Server.People.Add(new PersonSpec { About = "Before" }), scene.Server.People.Add());
        me.AddContact(person);
        person.AddContact(me);
        foreach (var jid in new[] { person.Jid, person.Lid, other.Jid })
        {
            await scene.Contact(jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
        }

        scene.Server.Notices.Names = NoticeAddress.Hash;
        using var events = scene.Events.Subscribe();
        person.SetAbout("After");
        await VoidedAsync(events, ContactParts.About);
        using var watch = new QueryWatch(scene.Server, "usync");

        foreach (var jid in new[] { person.Jid, person.Lid })
        {
            var after = await scene.Contact(jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
            Assert.Equal(Seen.Shown("After"), after.About);
        }

        await scene.Contact(other.Jid).GetProfileAsync(TimeSpan.FromDays(1), false, CancellationToken.None).Value();
        Assert.Equal(2, watch.Users);
    }

    [Fact]
    public async Task A_business_shows_its_name_and_profile()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var shop = scene.Server.People.Add(new PersonSpec
        {
            Business = new BusinessCard { Name = "Silva Comercio", Profile = new BusinessDetails { Address = "Rua 1" } },
        });
        var person = scene.Server.People.Add();
        using var watch = new QueryWatch(scene.Server, "w:biz");

        var profile = await scene.Contact(shop.Jid).GetProfileAsync(Minute, true, CancellationToken.None).Value();

        Assert.Equal("Silva Comercio", profile.VerifiedName?.Name);
        Assert.Equal("Rua 1", profile.Business?.Address);
        Assert.Equal(1, watch.Count);
        Assert.Null((await scene.Contact(person.Jid).GetProfileAsync(Minute, true, CancellationToken.None).Value()).Business);
        Assert.Equal(1, watch.Count);
    }

    [Theory]
    [InlineData("ent:wa", true)]
    [InlineData("smb:wa", false)]
    public async Task The_issuer_of_a_verified_name_tells_an_enterprise_from_a_small_business(string issuer, bool isEnterprise)
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        var me = scene.Server.People.Of(account);
        var shop = scene.Server.People.Add(new PersonSpec { Business = new BusinessCard { Name = "Silva Comercio", Issuer = issuer } });
        var person = scene.Server.People.Add();
        me.AddContact(shop);
        shop.AddContact(me);
        await scene.Contact(shop.Jid).GetProfileAsync(Minute, false, CancellationToken.None).Value();

        var known = await scene.Device.FindContactsAsync([shop.Jid, shop.Lid, person.Jid], CancellationToken.None).Value();
        Assert.All(known.Take(2), v => Assert.Equal((true, isEnterprise), (v.IsBusiness, v.IsEnterprise)));
        Assert.Equal((false, false), (known[2].IsBusiness, known[2].IsEnterprise));
        var listed = await scene.Device.ListContactsAsync(new ContactListRequest { PerPerson = false }, CancellationToken.None).Value();
        Assert.Equal(isEnterprise, Assert.Single(listed.Rows).IsEnterprise);

        using var events = scene.Events.Subscribe();
        shop.SetBusiness(null);
        await VoidedAsync(events, ContactParts.Business);
        var now = await scene.Device.FindContactsAsync([shop.Jid], CancellationToken.None).Value();
        Assert.Equal((false, false), (now[0].IsBusiness, now[0].IsEnterprise));
    }

    private static async Task VoidedAsync(IEventSubscription events, ContactParts parts)
    {
        while ((await Scene.NextAsync<DeviceEvent.ProfileChanged>(events)).Parts != parts)
        {
        }
    }
}
