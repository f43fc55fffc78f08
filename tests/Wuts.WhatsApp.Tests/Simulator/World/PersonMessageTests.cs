using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>Messages of people to accounts, from which push names and pairs of addresses are learnt. Sync section 1.1.</summary>
public class PersonMessageTests
{
    [Fact]
    public async Task Message_carries_push_name_and_both_addresses()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create());
        var alice = simulator.Server.People.Add(new PersonSpec { PushName = "alice" });

        var id = alice.SendMessage(companion.Account, new PersonMessage("Hello"));
        var first = await companion.TakeMessageAsync();
        await companion.ReceiptAsync(first);
        alice.SendMessage(companion.Account, new PersonMessage("Again") { ByLid = true, PushName = "Alice B." });
        var second = await companion.TakeMessageAsync();

        Assert.Equal((id, "Hello"), (first.Id, first.Content.Conversation));
        Assert.Equal(
            (alice.Jid.ToString(), alice.Lid.ToString(), "alice", null),
            (first.Stanza["from"], first.Stanza["sender_lid"], first.Stanza["notify"], first.Stanza["sender_pn"]));
        Assert.Equal(
            (alice.Lid.ToString(), alice.Jid.ToString(), "Alice B."),
            (second.Stanza["from"], second.Stanza["sender_pn"], second.Stanza["notify"]));
        Assert.True(simulator.Server.People.Of(companion.Account).RelatesTo(alice));
        Assert.Empty(simulator.Server.Refusals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_in_a_group_names_its_sender_as_the_group_does(bool lidAddressing)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create());
        var alice = simulator.Server.People.Add(new PersonSpec { PushName = "alice" });
        var group = simulator.Server.Groups.Create(new GroupSpec
        {
            Creator = alice,
            Members = [simulator.Server.People.Of(companion.Account)],
            LidAddressing = lidAddressing,
            Announce = false,
        });

        alice.SendMessage(companion.Account, new PersonMessage("Hello all") { Group = group });
        var message = await companion.TakeMessageAsync();

        Assert.Equal("Hello all", message.Content.Conversation);
        Assert.Equal(
            (group.Jid.ToString(), lidAddressing ? "lid" : "pn", (lidAddressing ? alice.Lid : alice.Jid).ToString()),
            (message.Stanza["from"], message.Stanza["addressing_mode"], message.Stanza["participant"]));
        Assert.Equal(
            (lidAddressing ? alice.Jid : alice.Lid).ToString(), message.Stanza[lidAddressing ? "participant_pn" : "participant_lid"]);
    }

    [Fact]
    public async Task Blocked_person_and_stranger_to_the_group_reach_nobody()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        var alice = simulator.Server.People.Add();
        var group = simulator.Server.Groups.Create(new GroupSpec { Creator = alice });

        Assert.Throws<ArgumentException>(() => alice.SendMessage(account, new PersonMessage("Hello") { Group = group }));
        simulator.Server.People.Of(account).SetBlocked(alice, block: true);
        Assert.Null(alice.SendMessage(account, new PersonMessage("Hello")));
    }

    [Fact]
    public async Task New_phone_writes_with_a_new_identity_key()
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 3 });
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create());
        var alice = simulator.Server.People.Add();
        alice.SendMessage(companion.Account, new PersonMessage("Before"));
        await companion.ReceiptAsync(await companion.TakeMessageAsync());
        var before = companion.LastIdentity;

        alice.Reinstall();
        var notice = await companion.TakeNotificationAsync("encrypt");
        alice.SendMessage(companion.Account, new PersonMessage("After"));
        var after = await companion.TakeMessageAsync();

        Assert.Equal(alice.Jid.ToString(), notice["from"]);
        Assert.Equal(("pkmsg", "After"), (after.Stanza.Child("enc")!["type"], after.Content.Conversation));
        Assert.NotEqual(before, companion.LastIdentity);
    }
}
