using Wuts.Core.Identity;
using Wuts.Core.Queries;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Core.Tests.Devices;

/// <summary>Resolving and blocking people.</summary>
public sealed class PeopleTests
{
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
}
