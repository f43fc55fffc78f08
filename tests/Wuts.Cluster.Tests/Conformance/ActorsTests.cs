using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Cluster.Tests.Conformance;

/// <summary>What every engine promises to a caller. One list for all engines: whoever asks cannot tell them apart.</summary>
public abstract class ActorsTests(ActorsWorld world)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_device_that_does_not_exist_says_so() =>
        Assert.Equal(new Failure.NoDevice(), await world.Actors.Device(DeviceId.New()).GetStatusAsync(None).Failure());

    [Fact]
    public async Task A_device_is_linked_and_its_status_says_what_it_is()
    {
        var linked = await world.LinkAsync(new AccountSpec { PushName = "Maria" });

        var status = await linked.Device.GetStatusAsync(None).Value();

        Assert.Equal(DeviceState.Connected, status.State);
        Assert.Equal((linked.Account.Jid, linked.Account.Lid), (status.Account, status.Lid));
        Assert.Null(status.Qr);
        Assert.NotNull(status.LastSeen);
        Assert.True((await world.Storage.Devices.FindAsync(linked.Id, None))!.WantsConnection);
    }

    [Fact]
    public async Task A_request_that_does_not_fit_is_refused_with_its_reason()
    {
        var linked = await world.LinkAsync();

        Assert.Equal(new Failure.Conflict(ConflictKind.AlreadyLinked), await linked.Device.GetQrAsync(true, Guard.Limit, None).Failure());
        Assert.Equal(
            new Failure.Conflict(ConflictKind.NotLinked),
            await world.Actors.Device(await world.CreateDeviceAsync()).ConnectAsync(TimeSpan.Zero, None).Failure());
    }

    [Fact]
    public async Task A_device_is_linked_by_code()
    {
        var id = await world.CreateDeviceAsync();
        var account = world.Server.Accounts.Create();
        using var events = world.Events.Subscribe(16 * 1024);

        var code = await world.Actors.Device(id).GetPairCodeAsync(PhoneNumber.Parse(account.Phone), false, Guard.Limit, None).Value();
        var outcome = await world.Server.TypeCodeAsync(account, code.Code).Within();

        Assert.True(outcome.IsLinked, outcome.Reason);
        await ActorsWorld.ReachAsync(events, id, DeviceState.Connected);
    }

    [Fact]
    public async Task Other_calls_run_while_one_waits_for_WhatsApp()
    {
        var linked = await world.LinkAsync();
        var person = world.Server.People.Add();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var script = world.Server.OnIqLater("usync", async _ =>
        {
            asked.TrySetResult();
            await hold.Task.Within();
            return null;
        });

        var profile = linked.Contact(person).GetProfileAsync(TimeSpan.Zero, false, None);
        await asked.Task.Within();
        var status = await linked.Device.GetStatusAsync(None).Value();

        Assert.True(status.IsConnected);
        Assert.False(profile.IsCompleted);
        hold.SetResult();
        Assert.Equal(person.Jid, (await profile.Value()).Phone);
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_end_the_lookup_of_the_others()
    {
        var linked = await world.LinkAsync();
        var person = world.Server.People.Add();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var script = world.Server.OnIqLater("usync", async _ =>
        {
            await hold.Task.Within();
            return null;
        });
        using var impatience = new CancellationTokenSource();
        var first = linked.Contact(person).GetProfileAsync(Day, false, impatience.Token);
        var second = linked.Contact(person).GetProfileAsync(Day, false, None);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within());
        hold.SetResult();

        Assert.Equal(person.Jid, (await second.Value()).Phone);
    }

    [Fact]
    public async Task Equal_questions_at_the_same_time_are_one()
    {
        var linked = await world.LinkAsync();
        var person = world.Server.People.Add(new PersonSpec { About = "At work" });
        using var watch = new QueryWatch(world.Server, "usync");

        var profiles = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => linked.Contact(person).GetProfileAsync(Day, false, None))).Within();

        Assert.All(profiles, p => Assert.Equal(Seen.Shown("At work"), p.Value!.About));
        Assert.Equal(1, watch.Users);
    }

    [Fact]
    public async Task Shown_hidden_and_not_set_are_told_apart()
    {
        var linked = await world.LinkAsync();
        var open = world.Server.People.Add(new PersonSpec { About = "At work", HasPicture = true });
        var shy = world.Server.People.Add(new PersonSpec { HasPicture = true });
        shy.SetPrivacy(PrivacySettings.About, PrivacySettings.Nobody);
        shy.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);
        var blank = world.Server.People.Add(new PersonSpec { About = "" });

        var shown = await linked.Contact(open).GetProfileAsync(Day, true, None).Value();
        var hidden = await linked.Contact(shy).GetProfileAsync(Day, false, None).Value();
        var empty = await linked.Contact(blank).GetProfileAsync(Day, false, None).Value();

        Assert.Equal((Seen.Shown("At work"), Seen.Shown(open.Picture!.Id)), (shown.About, shown.PictureId));
        Assert.Equal((open.Jid, open.Lid), (shown.Phone, shown.Lid));
        Assert.Equal([open.Jid], shown.Devices);
        Assert.Equal((Visibility.Hidden, Visibility.Hidden), (hidden.About.Visibility, hidden.PictureId.Visibility));
        Assert.Equal((Visibility.NotSet, Visibility.NotSet), (empty.About.Visibility, empty.PictureId.Visibility));
    }

    [Fact]
    public async Task A_picture_arrives_byte_for_byte_and_absence_is_a_value()
    {
        var linked = await world.LinkAsync();
        var person = world.Server.People.Add(new PersonSpec { HasPicture = true });
        var blank = world.Server.People.Add();

        var file = await linked.Contact(person).GetPictureFileAsync(PictureSize.Preview, Day, None).Value();
        var address = await linked.Contact(person).GetPictureAsync(PictureSize.Full, null, Day, None).Value();
        var same = await linked.Contact(person).GetPictureAsync(PictureSize.Full, person.Picture!.Id, TimeSpan.Zero, None).Value();
        var none = await linked.Contact(blank).GetPictureAsync(PictureSize.Full, null, Day, None).Value();

        Assert.Equal(person.Picture.ToJpeg(preview: true), file.Jpeg.ToArray());
        Assert.Equal(person.Picture.Id, address.Info!.Id);
        Assert.True(same.IsUnchanged);
        Assert.Equal((Visibility.NotSet, null), (none.Visibility, none.Info));
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_ask_again()
    {
        var linked = await world.LinkAsync();
        var person = world.Server.People.Add();
        world.Server.Faults.Add(new Fault.RequestError { Xmlns = "w:profile:picture", Code = 429, Backoff = 30 });

        var failure = await linked.Contact(person).GetPictureAsync(PictureSize.Preview, null, TimeSpan.Zero, None).Failure();

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(30), IsOwnLimit: false), failure);
    }

    [Fact]
    public async Task The_address_book_is_listed_also_while_disconnected()
    {
        var person = world.Server.People.Add();
        var id = await world.CreateDeviceAsync();
        var account = world.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        account.Handset.AddressBook.Add(new PhoneContact(person.Jid, "Joao Pereira", "Joao"));
        using var events = world.Events.Subscribe(16 * 1024);
        var device = world.Actors.Device(id);
        var qr = await device.GetQrAsync(false, Guard.Limit, None).Value();
        await world.Server.ScanAsync(account, qr.Text).Within();
        while ((await device.ListContactsAsync(new ContactListRequest(), None).Value()).Rows.Count == 0)
        {
            await events.Events.ReadAsync().AsTask().Within();
        }

        Assert.Equal(DeviceState.Disconnected, (await device.DisconnectAsync(None).Value()).State);
        var page = await device.ListContactsAsync(new ContactListRequest { Search = "pereira" }, None).Value();
        var found = await device.FindContactsAsync([person.Jid, account.Jid], None).Value();

        Assert.Equal((person.Jid, "Joao Pereira"), (Assert.Single(page.Rows).Jid, page.Rows[0].FullName));
        Assert.NotNull(page.StaleSince);
        Assert.Equal(["Joao", null], found.Select(c => c.FirstName));
        Assert.IsType<Failure.NotReady>(await device.CheckAsync([PhoneNumber.Parse(person.Phone)], TimeSpan.Zero, None).Failure());
    }

    [Fact]
    public async Task Numbers_and_LIDs_are_resolved_and_checked()
    {
        var linked = await world.LinkAsync();
        var person = world.Server.People.Add();
        var nobody = PhoneNumber.Parse("15559999999");

        var checkedNumbers = await linked.Device.CheckAsync([PhoneNumber.Parse(person.Phone), nobody], Day, None).Value();
        var resolved = await linked.Device.ResolveAsync(new ResolveRequest { Jids = [person.Jid, nobody], Explain = true }, None).Value();
        var pairs = await linked.Device.ListPairsAsync(0, 100, None).Value();

        Assert.Equal([true, false], checkedNumbers.Select(c => c.IsRegistered));
        Assert.Equal([person.Lid, null], resolved.Select(r => r.Lid));
        Assert.NotEmpty(resolved[0].History);
        Assert.Contains(pairs.Pairs, pair => pair.Phone == person.Jid && pair.Lid == person.Lid);
    }

    [Fact]
    public async Task Groups_and_blocks_are_answered()
    {
        var person = world.Server.People.Add();
        Group group = null!;
        var linked = await world.LinkAsync(prepare: account => group = world.Server.Groups.Create(
            new GroupSpec { Subject = "Team", Creator = person, Members = [world.Server.People.Of(account)] }));

        var view = await linked.Device.GetGroupAsync(group.Jid, None).Value();
        var list = await linked.Device.ListGroupsAsync(true, None).Value();
        var blocked = await linked.Device.SetBlockedAsync(person.Jid, true, None).Value();
        var again = await linked.Device.GetBlocklistAsync(None).Value();

        Assert.Equal("Team", view.Info.Subject);
        Assert.Equal(2, view.Info.Members.Count);
        Assert.Contains(list.Groups, g => g.Info.Jid == group.Jid);
        Assert.True(blocked.Changed);
        Assert.Single(again.Items);
        Assert.IsType<Failure.NotFound>(await linked.Device.PreviewInviteAsync("AAAAAAAAAAAAAAAAAAAAAA", None).Failure());
    }

    [Fact]
    public async Task Many_who_wake_a_device_make_one_connection()
    {
        var linked = await world.LinkAsync();
        var logins = linked.Logins;
        await linked.Device.DisconnectAsync(None).Value();
        using var events = world.Events.Subscribe(16 * 1024);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => linked.Device.ConnectAsync(Guard.Limit, None))).Within();

        Assert.All(answers, a => Assert.True(a.Value!.IsConnected));
        Assert.Equal(logins + 1, linked.Logins);
    }

    [Fact]
    public async Task A_device_that_was_unlinked_leaves_nothing_in_its_contacts()
    {
        var linked = await world.LinkAsync();
        var people = Enumerable.Range(0, 8).Select(_ => world.Server.People.Add()).ToList();
        await Task.WhenAll(people.Select(p => linked.Contact(p).GetProfileAsync(Day, false, None).Value()));

        await linked.Device.LogoutAsync(None).Value();

        foreach (var person in people)
        {
            Assert.IsType<Failure.NotReady>(await linked.Contact(person).GetProfileAsync(Day, false, None).Failure());
        }
    }

    [Fact]
    public async Task A_destroyed_device_stays_destroyed()
    {
        var linked = await world.LinkAsync();

        await linked.Device.DestroyAsync(None).Value();

        Assert.Equal(new Failure.DeviceDestroyed(), await linked.Device.GetStatusAsync(None).Failure());
        Assert.Empty(linked.Account.Devices);
    }
}

/// <summary>The local engine.</summary>
public sealed class LocalActorsTests(LocalWorld world) : ActorsTests(world), IClassFixture<LocalWorld>;

/// <summary>Grains on two silos, called from a client.</summary>
[Collection(GrainCollection.Name)]
public sealed class GrainActorsTests(GrainWorld world) : ActorsTests(world);

/// <summary>One cluster for all tests that need no more than one.</summary>
[CollectionDefinition(Name)]
public sealed class GrainCollection : ICollectionFixture<GrainWorld>
{
    public const string Name = "grains";
}
