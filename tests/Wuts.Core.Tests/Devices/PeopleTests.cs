using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Core.Queries;
using Wuts.Core.Tests.Stores;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Core.Tests.Devices;

/// <summary>Resolving, checking, blocking, groups, chats and the address book.</summary>
public sealed class PeopleTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_mixed_batch_of_160_is_resolved_with_two_queries_at_most()
    {
        await using var scene = await Scene.StartAsync(s => s with { Queries = new QueryOptions { BatchWindow = TimeSpan.Zero } });
        await scene.LinkedDeviceAsync();
        var people = Enumerable.Range(0, 100).Select(_ => scene.Server.People.Add()).ToList();
        var known = people.Take(20).ToList();
        await scene.Device.ResolveAsync(new ResolveRequest { Jids = [.. known.Select(p => p.Jid)] }, CancellationToken.None).Value();
        List<Jid> jids =
        [
            .. known.Select(p => p.Jid), .. known.Select(p => p.Lid), .. people.Skip(20).Select(p => p.Jid),
            .. Enumerable.Range(0, 20).Select(i => Jid.Parse($"15559990{i:000}@s.whatsapp.net")),
            .. Enumerable.Range(0, 20).Select(i => Jid.Parse($"7770{i:000}@lid")),
        ];
        using var watch = new QueryWatch(scene.Server, "usync");

        var resolved = await scene.Device.ResolveAsync(new ResolveRequest { Jids = jids }, CancellationToken.None).Value();

        Assert.Equal(jids, resolved.Select(r => r.Asked));
        Assert.All(resolved.Take(20).Zip(known), r => Assert.Equal(r.Second.Lid, r.First.Lid));
        Assert.All(resolved.Skip(20).Take(20).Zip(known), r => Assert.Equal(r.Second.Jid, r.First.Phone));
        Assert.All(resolved.Skip(40).Take(80).Zip(people.Skip(20)), r => Assert.Equal(r.Second.Lid, r.First.Lid));
        Assert.All(resolved.Skip(120).Take(20), r => Assert.Null(r.Lid));
        Assert.All(resolved.Skip(140), r => Assert.Null(r.Phone));
        Assert.Equal(100, watch.Users);
        Assert.InRange(watch.Count, 1, 2);
        await scene.Device.ResolveAsync(new ResolveRequest { Jids = jids }, CancellationToken.None).Value();
        Assert.Equal(100, watch.Users);
    }

    [Fact]
    public async Task Resolving_explains_where_a_pair_comes_from()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        await scene.Device.ResolveAsync(new ResolveRequest { Jids = [person.Jid] }, CancellationToken.None).Value();

        var resolved = await scene.Device.ResolveAsync(new ResolveRequest { Jids = [person.Lid], Explain = true }, CancellationToken.None).Value();

        var history = Assert.Single(Assert.Single(resolved).History);
        Assert.Equal(ObservationSource.UserQuery, history.Source);
        Assert.Null(history.EndedAt);
    }

    [Fact]
    public async Task Stored_pairs_are_resolved_while_disconnected_and_lookups_are_not()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        await scene.Device.ResolveAsync(new ResolveRequest { Jids = [person.Jid] }, CancellationToken.None).Value();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();

        var stored = await scene.Device.ResolveAsync(new ResolveRequest { Jids = [person.Lid], LookUp = false }, CancellationToken.None).Value();

        Assert.Equal(person.Jid, stored[0].Phone);
        Assert.IsType<Failure.NotReady>(await scene.Device.ResolveAsync(new ResolveRequest { Jids = [person.Lid] }, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task Members_of_a_group_are_a_source_of_pairs()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        var me = scene.Server.People.Of(account);
        var member = scene.Server.People.Add();
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = me, Members = [member] });

        var resolved = await scene.Device
            .ResolveAsync(new ResolveRequest { Jids = [member.Lid], Group = group.Jid, LookUp = false }, CancellationToken.None).Value();

        Assert.Equal(member.Jid, resolved[0].Phone);
        Assert.Equal(
            new Failure.NotFound(MissingThing.Group),
            await scene.Device.ResolveAsync(
                new ResolveRequest { Jids = [member.Lid], Group = Jid.Parse("120363000000000009@g.us") }, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task Numbers_are_checked_in_portions_and_answers_are_kept()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var registered = Enumerable.Range(0, 30).Select(_ => PhoneNumber.Parse(scene.Server.People.Add().Phone)).ToList();
        var missing = Enumerable.Range(0, 10).Select(i => PhoneNumber.Parse($"15559990{i:000}")).ToList();
        using var watch = new QueryWatch(scene.Server, "usync");

        var answers = await scene.Device.CheckAsync([.. registered, .. missing], Hour, CancellationToken.None).Value();
        await scene.Device.CheckAsync([.. registered], Hour, CancellationToken.None).Value();

        Assert.All(answers.Take(30), r => Assert.True(r.IsRegistered));
        Assert.All(answers.Skip(30), r => Assert.False(r.IsRegistered));
        Assert.Equal((40, 2), (watch.Users, watch.Count));
    }

    [Fact]
    public async Task The_day_has_a_budget_for_numbers_that_were_never_checked()
    {
        await using var scene = await Scene.StartAsync(
            s => s with { Queries = new QueryOptions { BatchWindow = TimeSpan.Zero, NewNumbersPerDay = 3 } });
        await scene.LinkedDeviceAsync();
        var phones = Enumerable.Range(0, 4).Select(i => PhoneNumber.Parse($"15559990{i:000}")).ToList();
        await scene.Device.CheckAsync([.. phones.Take(3)], TimeSpan.Zero, CancellationToken.None).Value();

        var refused = Assert.IsType<Failure.RateLimited>(await scene.Device.CheckAsync(phones, TimeSpan.Zero, CancellationToken.None).Failure());
        var again = await scene.Device.CheckAsync([.. phones.Take(3)], TimeSpan.Zero, CancellationToken.None).Value();

        Assert.True(refused.IsOwnLimit);
        Assert.Equal(TimeSpan.FromDays(1), refused.RetryAfter);
        Assert.Equal(3, again.Count);
    }

    [Fact]
    public async Task The_budget_of_the_day_survives_a_restart()
    {
        await using var scene = await Scene.StartAsync(
            s => s with { Queries = new QueryOptions { BatchWindow = TimeSpan.Zero, NewNumbersPerDay = 3 } });
        await scene.LinkedDeviceAsync();
        var phones = Enumerable.Range(0, 4).Select(i => PhoneNumber.Parse($"15559990{i:000}")).ToList();
        await scene.Device.CheckAsync([.. phones.Take(2)], TimeSpan.Zero, CancellationToken.None).Value();
        scene.Time.Advance(Hour);

        await scene.RestartAsync();
        await ConnectAsync(scene);
        await scene.Device.CheckAsync([phones[0], phones[2]], TimeSpan.Zero, CancellationToken.None).Value();
        var refused = Assert.IsType<Failure.RateLimited>(await scene.Device.CheckAsync([phones[3]], TimeSpan.Zero, CancellationToken.None).Failure());
        Assert.Equal((TimeSpan.FromHours(23), true), (refused.RetryAfter, refused.IsOwnLimit));

        scene.Time.Advance(TimeSpan.FromHours(23));
        await ConnectAsync(scene);
        Assert.Single(await scene.Device.CheckAsync([phones[3]], TimeSpan.Zero, CancellationToken.None).Value());
    }

    [Theory]
    [InlineData("551187654321", "5511987654321")]
    [InlineData("5511987654321", "551187654321")]
    [InlineData("525512345678", "5215512345678")]
    [InlineData("5491123456789", "541123456789")]
    public async Task A_number_that_is_out_is_asked_once_more_in_its_other_spelling(string registered, string asked)
    {
        await using var scene = await Scene.StartAsync(
            s => s with { Queries = new QueryOptions { BatchWindow = TimeSpan.Zero, NewNumbersPerDay = 2 } });
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { Phone = registered });
        scene.Server.UsyncAnswers.OnlyExactNumbers = true;
        using var watch = new QueryWatch(scene.Server, "usync");
        var phone = PhoneNumber.Parse(asked);

        var found = Assert.Single(await scene.Device.CheckAsync([phone], Hour, CancellationToken.None).Value());
        var again = Assert.Single(await scene.Device.CheckAsync([phone], Hour, CancellationToken.None).Value());
        var direct = Assert.Single(await scene.Device.CheckAsync([PhoneNumber.Parse(registered)], Hour, CancellationToken.None).Value());

        Assert.Equal((phone, true, person.Jid), (found.Phone, found.IsRegistered, found.Jid!.Value));
        Assert.Equal(found, again);
        Assert.Equal((registered, person.Jid), (direct.Phone.Digits, direct.Jid!.Value));
        Assert.Equal(2, watch.Users);
        Assert.IsType<Failure.RateLimited>(await scene.Device.CheckAsync([PhoneNumber.Parse("15559990001")], Hour, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task A_number_that_is_out_in_both_spellings_is_out_and_nothing_is_asked_twice()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        using var watch = new QueryWatch(scene.Server, "usync");
        List<PhoneNumber> both = [PhoneNumber.Parse("551187654321"), PhoneNumber.Parse("5511987654321"), PhoneNumber.Parse("551132654321")];

        var first = await scene.Device.CheckAsync([both[0]], Hour, CancellationToken.None).Value();
        var all = await scene.Device.CheckAsync(both, Hour, CancellationToken.None).Value();

        Assert.False(first[0].IsRegistered);
        Assert.Equal(both, all.Select(r => r.Phone));
        Assert.All(all, r => Assert.False(r.IsRegistered));
        Assert.Equal(3, watch.Users);
    }

    [Fact]
    public async Task A_number_whose_other_spelling_cannot_be_asked_has_no_answer_yet()
    {
        await using var scene = await Scene.StartAsync(
            s => s with { Queries = new QueryOptions { BatchWindow = TimeSpan.Zero, NewNumbersPerDay = 1 } });
        await scene.LinkedDeviceAsync();
        scene.Server.People.Add(new PersonSpec { Phone = "551187654321" });
        scene.Server.UsyncAnswers.OnlyExactNumbers = true;
        var phone = PhoneNumber.Parse("5511987654321");

        Assert.IsType<Failure.RateLimited>(await scene.Device.CheckAsync([phone], Hour, CancellationToken.None).Failure());
        Assert.IsType<Failure.RateLimited>(await scene.Device.CheckAsync([phone], Hour, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task A_sync_that_takes_longer_than_a_minute_is_a_time_out()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource();
        using var script = scene.Server.OnIq("w:sync:app:state", _ =>
        {
            asked.TrySetResult();
            hold.Task.Wait(Guard.Limit);
            return null;
        });

        var sync = scene.Device.SyncAppStateAsync([SyncScope.Contacts], full: true, CancellationToken.None);
        await asked.Task.Within();
        scene.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sync.IsCompleted);
        scene.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<Failure.TimedOut>(await sync.Failure());
        hold.SetResult();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_sync_that_WhatsApp_refuses_is_no_time_out(int code)
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        scene.Server.Faults.Add(new Fault.RequestError { Xmlns = "w:sync:app:state", Code = code, Backoff = 60, Times = 0 });

        var failure = await scene.Device.SyncAppStateAsync([SyncScope.Contacts], full: false, CancellationToken.None).Failure();

        Assert.Equal(code == 429 ? new Failure.RateLimited(TimeSpan.FromSeconds(60), IsOwnLimit: false) : new Failure.Refused(0), failure);
    }

    [Fact]
    public async Task A_check_that_WhatsApp_refuses_has_no_partial_answer()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        scene.Server.UsyncAnswers.Fail("contact", 429, 60);

        var failure = await scene.Device.CheckAsync([PhoneNumber.Parse("15559990001")], Hour, CancellationToken.None).Failure();

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(60), IsOwnLimit: false), failure);
    }

    [Fact]
    public async Task Blocking_uses_the_LID_and_repeating_it_changes_nothing()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();

        var blocked = await scene.Device.SetBlockedAsync(person.Jid, true, CancellationToken.None).Value();
        var again = await scene.Device.SetBlockedAsync(person.Lid, true, CancellationToken.None).Value();
        Assert.True(scene.Server.People.Of(account).HasBlocked(person));
        var free = await scene.Device.SetBlockedAsync(person.Jid, false, CancellationToken.None).Value();

        Assert.Equal((true, person.Jid, person.Lid, 1), (blocked.Changed, blocked.Phone, blocked.Lid, blocked.List.Items.Count));
        Assert.False(again.Changed);
        Assert.Empty(free.List.Items);
        Assert.Equal(
            new Failure.NotFound(MissingThing.Contact),
            await scene.Device.SetBlockedAsync(Jid.Parse("15559990001@s.whatsapp.net"), true, CancellationToken.None).Failure());
        Assert.IsType<Failure.Invalid>(await scene.Device.SetBlockedAsync(account.Jid, true, CancellationToken.None).Failure());
    }

    [Fact]
    public async Task Groups_are_listed_read_and_previewed()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        var me = scene.Server.People.Of(account);
        var other = scene.Server.People.Add();
        var mine = scene.Server.Groups.Create(new GroupSpec { Subject = "Team", Creator = me, Members = [other] });
        var foreign = scene.Server.Groups.Create(new GroupSpec { Subject = "Others", Creator = other });

        var list = await scene.Device.ListGroupsAsync(true, CancellationToken.None).Value();
        Assert.Equal("Team", Assert.Single(list.Groups).Info.Subject);
        Assert.True(list.Groups[0].IsAdmin);
        var one = await scene.Device.GetGroupAsync(mine.Jid, CancellationToken.None).Value();
        Assert.Equal(2, one.Info.Members.Count);
        Assert.IsType<Failure.NotPermitted>(await scene.Device.GetGroupAsync(foreign.Jid, CancellationToken.None).Failure());
        Assert.Equal(
            new Failure.NotFound(MissingThing.Group),
            await scene.Device.GetGroupAsync(Jid.Parse("120363000000000009@g.us"), CancellationToken.None).Failure());
        Assert.Equal("https://chat.whatsapp.com/" + mine.InviteCode, await scene.Device.GetInviteLinkAsync(mine.Jid, CancellationToken.None).Value());
        var preview = await scene.Device.PreviewInviteAsync("https://chat.whatsapp.com/" + foreign.InviteCode, CancellationToken.None).Value();
        Assert.Equal(("Others", false), (preview.Info.Subject, preview.IsMember));
        Assert.Equal(
            new Failure.NotFound(MissingThing.Invite), await scene.Device.PreviewInviteAsync("AbCdEfGhIjKlMnOpQrStUv", CancellationToken.None).Failure());
    }

    [Fact]
    public async Task All_groups_are_read_from_WhatsApp_once_a_minute_at_most()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedDeviceAsync();
        await scene.Device.ListGroupsAsync(true, CancellationToken.None).Value();

        var limited = Assert.IsType<Failure.RateLimited>(await scene.Device.ListGroupsAsync(true, CancellationToken.None).Failure());

        Assert.Equal((TimeSpan.FromMinutes(1), true), (limited.RetryAfter, limited.IsOwnLimit));
        Assert.Empty((await scene.Device.ListGroupsAsync(false, CancellationToken.None).Value()).Groups);
        scene.Time.Advance(limited.RetryAfter!.Value);
        scene.Server.Groups.Create(new GroupSpec { Creator = scene.Server.People.Of(account) });
        Assert.Single((await scene.Device.ListGroupsAsync(true, CancellationToken.None).Value()).Groups);
    }

    [Fact]
    public async Task A_saved_contact_is_listed_at_once_and_reaches_the_phone()
    {
        await using var scene = await Scene.StartAsync();
        await scene.CreateDeviceAsync();
        var account = await LinkedWithPhoneAsync(scene);
        var person = scene.Server.People.Add();

        await scene.Device.SaveContactAsync(person.Jid, "Maria", "Silva", CancellationToken.None).Value();

        var row = Assert.Single((await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value()).Rows);
        Assert.Equal(("Maria", "Maria Silva"), (row.FirstName, row.FullName));
        await UntilAsync(() => account.Handset.AddressBook.Find(person.Jid)?.FullName == "Maria Silva");
    }

    [Fact]
    public async Task A_contact_that_was_saved_while_disconnected_reaches_the_phone_after_the_next_login()
    {
        await using var scene = await Scene.StartAsync();
        await scene.CreateDeviceAsync();
        var account = await LinkedWithPhoneAsync(scene);
        var person = scene.Server.People.Add();
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();

        await scene.Device.SaveContactAsync(person.Jid, "Maria", null, CancellationToken.None).Value();
        Assert.Null(account.Handset.AddressBook.Find(person.Jid));
        await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Value();

        await UntilAsync(() => account.Handset.AddressBook.Find(person.Jid)?.FullName == "Maria");
    }

    [Fact]
    public async Task Chats_show_pins_archives_and_mutes()
    {
        await using var scene = await Scene.StartAsync();
        await scene.CreateDeviceAsync();
        var account = await LinkedWithPhoneAsync(scene);
        var me = scene.Server.People.Of(account);
        var pinned = Jid.Parse("15550002222@s.whatsapp.net");
        var group = scene.Server.Groups.Create(new GroupSpec { Subject = "Team", Creator = me });
        account.Handset.AddressBook.Add(new PhoneContact(pinned, "Zoe"));
        account.Handset.SetAction("regular_low", 5, [0x2A, 0x02, 0x08, 0x01], "pin_v1", pinned.ToString());
        account.Handset.SetAction("regular_low", 3, [0x8A, 0x01, 0x02, 0x08, 0x01], "archive", group.Jid.ToString());
        account.Handset.SetAction(
            "regular_high", 2, [0x22, 0x0D, 0x08, 0x01, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "mute", group.Jid.ToString());
        await scene.Device.SyncAppStateAsync([SyncScope.Contacts, SyncScope.Chats], false, CancellationToken.None).Value();
        await scene.Device.ListGroupsAsync(true, CancellationToken.None).Value();

        var chats = await scene.Device.ListChatsAsync(CancellationToken.None).Value();

        Assert.Equal(["Zoe", "Team"], chats.Select(c => c.Name));
        Assert.Equal((true, false, null, 1), (chats[0].Pinned, chats[0].Archived, chats[0].MutedUntil, chats[0].Participants));
        Assert.Equal((false, true, DateTimeOffset.MaxValue, true), (chats[1].Pinned, chats[1].Archived, chats[1].MutedUntil, chats[1].IsGroup));
        await scene.Device.SyncAppStateAsync([SyncScope.Contacts], full: true, CancellationToken.None).Value();
        Assert.Single((await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value()).Rows);
    }

    private static async Task<Account> LinkedWithPhoneAsync(Scene scene)
    {
        using var events = scene.Events.Subscribe();
        var account = await scene.LinkAsync(new AccountSpec { PhoneIsOn = true });
        using var limit = new CancellationTokenSource(Guard.Limit);
        while ((await scene.Device.GetStatusAsync(limit.Token).Value()).AddressBook.Status != CollectionStatus.Healthy)
        {
            await events.Events.ReadAsync(limit.Token);
        }

        return account;
    }

    private static async Task ConnectAsync(Scene scene)
    {
        using var events = scene.Events.Subscribe();
        if ((await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Value()).State != DeviceState.Connected)
        {
            await Scene.ReachAsync(events, DeviceState.Connected);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < Guard.Limit, "Nothing happened.");
            await Task.Delay(5);
        }
    }
}
