using System.Net;
using Wuts.Api.Tests.EndToEnd;

namespace Wuts.Api.Tests.Live;

/// <summary>Many callers at once cost WhatsApp no more than one.</summary>
public sealed class ColdLoadTests
{
    [Fact]
    [Statement("wuts 3.2", "500 concurrent profiles of 50 contacts that nobody asked about before are at most 5 queries about 50 people.")]
    public async Task A_burst_of_cold_profiles_is_a_handful_of_queries()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var account = LiveWorld.NewAccount(gateway.WhatsApp, "5511900000000", "Ana");
        var people = LiveWorld.AddPeople(gateway.WhatsApp, account, 50, "Friend");
        var caller = await Caller.RegisterAsync(gateway.Address, RunningGateway.MasterToken, "Acme");
        await caller.CreateDeviceAsync();
        await caller.ScanAsync(gateway.WhatsApp, account);
        await caller.UntilContactsAsync(50);

        var queries = 0;
        var asked = new List<string>();
        using var script = gateway.WhatsApp.OnIq("usync", iq =>
        {
            lock (asked)
            {
                queries++;
                asked.AddRange(iq.Child("usync")!.Child("list")!.Children.ToArray().Select(user => user["jid"]!));
            }

            return null;
        });
        await BurstAsync();

        Assert.InRange(queries, 1, 5);
        Assert.Equal(50, asked.Count);
        Assert.Equal(50, asked.Distinct().Count());

        await BurstAsync();
        Assert.Equal(50, asked.Count);

        async Task BurstAsync()
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => caller.Http.GetAsync($"/contacts/profile?number={people[i % 50].Phone}")));
            for (var i = 0; i < answers.Length; i++)
            {
                Assert.True(answers[i].Status == HttpStatusCode.OK, answers[i].Text);
                Assert.Contains(people[i % 50].Jid.ToString(), answers[i].Text, StringComparison.Ordinal);
            }
        }
    }
}
