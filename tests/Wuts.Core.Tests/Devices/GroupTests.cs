using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Devices;

/// <summary>Groups of the account, and those that an invitation leads to.</summary>
public sealed class GroupTests
{
    [Fact]
    public async Task Groups_are_listed_read_and_previewed()
    {
        await using var scene = await Scene.StartAsync();
        var other = scene.Server.People.Add();
        var foreign = scene.Server.Groups.Create(new GroupSpec { Subject = "Others", Creator = other });
        Group mine = null!;
        await scene.LinkedDeviceAsync(prepare: account => mine = scene.Server.Groups.Create(
            new GroupSpec { Subject = "Team", Creator = scene.Server.People.Of(account), Members = [other] }));

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
}
