using Wuts.Core.Contacts;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Contacts;

/// <summary>A profile that did not change is made once, and a change is never missed.</summary>
public class KnownProfileTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Unchanged_profile_is_the_same_object()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();

        await AskAsync(scene, person.Jid, Day);
        var second = await AskAsync(scene, person.Jid, Day);

        Assert.Same(second, await AskAsync(scene, person.Jid, Day));
        Assert.False(second.IsStale);
    }

    [Fact]
    public async Task Change_of_what_is_cached_makes_it_anew()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        var before = await AskAsync(scene, person.Jid, Day);

        await scene.Contact(person.Jid).InvalidateAsync(ContactParts.Picture, "another", 0, CancellationToken.None);

        Assert.NotEqual(before.PictureId, (await AskAsync(scene, person.Jid, Day)).PictureId);
    }

    [Fact]
    public async Task Change_of_the_book_makes_it_anew()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add();
        await AskAsync(scene, person.Jid, Day);
        var before = await AskAsync(scene, person.Jid, Day);

        await scene.Device.SaveContactAsync(person.Jid, "Alice", null, CancellationToken.None).Value();

        Assert.NotSame(before, await AskAsync(scene, person.Jid, Day));
    }

    [Fact]
    public async Task Parts_that_were_too_old_for_one_caller_are_there_for_another()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var person = scene.Server.People.Add(new PersonSpec { About = "At work" });
        await AskAsync(scene, person.Jid, Day);
        scene.Time.Advance(TimeSpan.FromMinutes(2));
        await scene.Device.DisconnectAsync(CancellationToken.None).Value();

        Assert.IsType<Failure.NotReady>(
            await scene.Contact(person.Jid).GetProfileAsync(TimeSpan.FromMinutes(1), false, CancellationToken.None).Failure());

        var profile = await AskAsync(scene, person.Jid, Day);
        Assert.Equal("At work", profile.About.Value);
        Assert.True(profile.IsStale);
    }

    private static Task<ContactProfile> AskAsync(Scene scene, Jid jid, TimeSpan maxAge) =>
        scene.Contact(jid).GetProfileAsync(maxAge, false, CancellationToken.None).Value();
}
