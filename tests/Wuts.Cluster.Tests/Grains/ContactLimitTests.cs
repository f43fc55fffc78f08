using Microsoft.Extensions.DependencyInjection;
using Wuts.Cluster.Tests.Conformance;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Grains;
using Wuts.WhatsApp.Binary;

namespace Wuts.Cluster.Tests.Grains;

/// <summary>Silos that hold few contacts.</summary>
public sealed class ContactLimitTests(ContactLimitTests.SmallWorld world) : IClassFixture<ContactLimitTests.SmallWorld>
{
    private const int Most = 20;

    [Fact]
    public async Task Contacts_that_were_idle_longest_end_when_there_are_too_many()
    {
        var device = await world.CreateDeviceAsync();
        var favourite = Silos.Count * Most * 3;
        for (var i = 0; i < favourite; i++)
        {
            await TouchAsync(device, i);
            await TouchAsync(device, favourite);
        }

        await Eventually.IsAsync(() => Task.FromResult(Silos.Max(silo => silo.Contacts)), most => most <= Most);

        Assert.True(Silos.Sum(silo => silo.Contacts) >= Most / 2);
        Assert.Contains(Silos, silo => silo.Holds(device, Person(favourite)));
        Assert.DoesNotContain(Silos, silo => silo.Holds(device, Person(0)));
    }

    private IReadOnlyList<SiloActors> Silos => [.. world.Cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<SiloActors>())];

    private static Jid Person(int number) => Jid.Parse($"1555{number:0000000}@s.whatsapp.net");

    private Task TouchAsync(DeviceId device, int person) =>
        world.Actors.Contact(device, Person(person)).InvalidateAsync(ContactParts.All, null, 0, CancellationToken.None);

    /// <summary>Two silos with room for a few contacts.</summary>
    public sealed class SmallWorld : GrainWorld
    {
        /// <inheritdoc/>
        protected override GrainOptions Options { get; } = new() { MaxContacts = Most };
    }
}
