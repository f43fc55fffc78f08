using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Core.Queries;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Devices;

/// <summary>Whether numbers are on WhatsApp, and the budget for asking it.</summary>
public sealed class NumberCheckTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

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
    public async Task A_check_that_WhatsApp_refuses_has_no_partial_answer()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        scene.Server.UsyncAnswers.Fail("contact", 429, 60);

        var failure = await scene.Device.CheckAsync([PhoneNumber.Parse("15559990001")], Hour, CancellationToken.None).Failure();

        Assert.Equal(new Failure.RateLimited(TimeSpan.FromSeconds(60), IsOwnLimit: false), failure);
    }

    private static async Task ConnectAsync(Scene scene)
    {
        using var events = scene.Events.Subscribe();
        if ((await scene.Device.ConnectAsync(Guard.Limit, CancellationToken.None).Value()).State != DeviceState.Connected)
        {
            await Scene.ReachAsync(events, DeviceState.Connected);
        }
    }
}
