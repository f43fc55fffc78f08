using System.Net;
using Wuts.Api.Tests.EndToEnd;

namespace Wuts.Api.Tests.Live;

/// <summary>Answers that are kept encoded are never older than what the device knows.</summary>
public sealed class KnownAnswersTests
{
    private const string Batch = """{"jids":["5511888888888","5511999999999@s.whatsapp.net","112233445566778@lid"]}""";

    [Fact]
    [Statement("wuts 3.4", "The same batch again shows a name that was changed on the phone in between.")]
    [Statement("wuts 3.2", "A profile that was answered before is 503 as soon as the session is not connected, and shows a changed picture at once.")]
    public async Task A_kept_answer_is_dropped_by_a_change_and_by_a_disconnect()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var world = LiveWorld.Create(gateway.WhatsApp);
        var caller = await Caller.RegisterAsync(gateway.Address, RunningGateway.MasterToken, "Acme");
        await caller.CreateDeviceAsync();
        await caller.ScanAsync(gateway.WhatsApp, world.Account);
        await caller.UntilContactsAsync(2);
        var first = await SettledAsync(caller.Http, Batch);
        Assert.Contains("\"full_name\":\"Joao Pereira\"", first, StringComparison.Ordinal);
        Assert.Equal(3, Caller.Json(await caller.Http.PostAsync("/contacts/resolve", Batch)).GetProperty("count").GetInt32());

        gateway.WhatsApp.ContactsOf(world.Account).Rename(world.Joao.Jid, "Joao from work");
        await Eventually.IsAsync(
            async () => (await caller.Http.GetAsync("/contacts")).Text, text => text.Contains("Joao from work", StringComparison.Ordinal));
        var renamed = (await caller.Http.PostAsync("/contacts/resolve", Batch)).Text;
        Assert.Contains("\"full_name\":\"Joao from work\"", renamed, StringComparison.Ordinal);
        Assert.DoesNotContain("Joao Pereira", renamed, StringComparison.Ordinal);

        const string Profile = "/contacts/profile?number=5511999999999";
        await caller.Http.GetAsync(Profile);
        Assert.Contains(world.Maria.Picture!.Id, (await caller.Http.GetAsync(Profile)).Text, StringComparison.Ordinal);
        var picture = world.Maria.SetPicture();
        await Eventually.IsAsync(
            async () => (await caller.Http.GetAsync(Profile)).Text, text => text.Contains(picture.Id, StringComparison.Ordinal));

        Caller.Json(await caller.Http.PostAsync("/disconnect"));
        (await caller.Http.GetAsync(Profile)).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
        (await caller.Http.PostAsync("/contacts/resolve", Batch)).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
    }

    [Fact]
    [Statement("wuts 3.4", "A batch of people who were all answered before shows a pair that moved in between; the block list changes nothing.")]
    public async Task A_pair_that_moved_is_in_the_next_answer_whatever_was_known()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var world = LiveWorld.Create(gateway.WhatsApp);
        var caller = await Caller.RegisterAsync(gateway.Address, RunningGateway.MasterToken, "Acme");
        await caller.CreateDeviceAsync();
        await caller.ScanAsync(gateway.WhatsApp, world.Account);
        await caller.UntilContactsAsync(2);
        var before = await SettledAsync(caller.Http, Batch);
        Assert.Contains("\"phone_number\":\"5511888888888\"", before, StringComparison.Ordinal);
        const string Lid = """{"jids":["112233445566778@lid"]}""";
        Assert.Contains("\"phone_number\":\"5511888888888\"", await SettledAsync(caller.Http, Lid), StringComparison.Ordinal);
        Caller.Json(await caller.Http.PostAsync("/contacts/block?number=5511888888888"));
        Assert.Equal(before, (await caller.Http.PostAsync("/contacts/resolve", Batch)).Text);

        world.Maria.ChangeNumber(lid: "150199452311999");
        var moved = await Eventually.IsAsync(
            async () => (await caller.Http.PostAsync("/contacts/resolve", """{"jids":["112233445566778@lid","5511999999999@s.whatsapp.net"]}""")).Text,
            text => text.Contains("150199452311999@lid", StringComparison.Ordinal));
        Assert.DoesNotContain("150199452311775", moved, StringComparison.Ordinal);
        Assert.DoesNotContain("150199452311775", (await caller.Http.PostAsync("/contacts/resolve", Batch)).Text, StringComparison.Ordinal);
    }

    // The first lookup stores pairs, which the second answer may show.
    private static async Task<string> SettledAsync(ApiClient http, string batch)
    {
        await http.PostAsync("/contacts/resolve", batch);
        var second = (await http.PostAsync("/contacts/resolve", batch)).Text;
        Assert.Equal(second, (await http.PostAsync("/contacts/resolve", batch)).Text);
        return second;
    }
}
