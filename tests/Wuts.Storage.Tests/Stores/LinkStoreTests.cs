using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Storage.Tests.DeviceData;
using Wuts.WhatsApp.Binary;

namespace Wuts.Storage.Tests.Stores;

public class LinkStoreTests
{
    private static readonly DateTimeOffset Noon = TestStorage.Noon;

    [Theory, EachDatabase]
    public async Task An_address_has_one_record_per_tenant_however_often_it_is_asked_for(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (one, two) = ((await test.AddUserAsync("One")).User.TenantId, (await test.AddUserAsync("Two")).User.TenantId);
        var links = test.Storage.Links;

        var first = await links.GetOrCreateAsync(one, [People.Alice, People.AliceLid, People.Alice], Noon, default);
        var again = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => Task.Run(() => links.GetOrCreateAsync(one, [People.AliceLid, People.Alice, People.Phone(i)], Noon.AddDays(1), default))));
        var elsewhere = await links.GetOrCreateAsync(two, [People.Alice], Noon, default);

        Assert.Equal(2, first.Count);
        Assert.All(first, record => Assert.Equal((record.Id, Noon), (record.Root, record.CreatedAt)));
        Assert.All(again, records => Assert.Superset(first.ToHashSet(), records.ToHashSet()));
        Assert.NotEqual(first.Single(record => record.Jid == People.Alice).Id, elsewhere[0].Id);
    }

    [Theory, EachDatabase]
    public async Task A_link_makes_one_record_speak_for_both_until_it_is_undone(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tenant = (await test.AddUserAsync()).User.TenantId;
        var links = test.Storage.Links;
        var lid = (await links.GetOrCreateAsync(tenant, [People.AliceLid], Noon.AddHours(-1), default))[0];
        var wanted = Link(People.Alice, People.AliceLid);

        var linked = Assert.IsType<LinkResult.Linked>(await links.LinkAsync(tenant, wanted, endOthers: false, default)).Link;
        var repeated = Assert.IsType<LinkResult.Linked>(
            await links.LinkAsync(tenant, Link(People.Alice, People.AliceLid), endOthers: false, default)).Link;
        var records = await links.GetOrCreateAsync(tenant, [People.Alice, People.AliceLid], Noon, default);

        Assert.Equal(wanted, linked.Link);
        Assert.Equal(linked, repeated);
        Assert.All(records, record => Assert.Equal(lid.Id, record.Root));
        Assert.Equal([linked], await links.ReadLinksAsync(tenant, lid.Id, default));

        var ended = await links.EndAsync(tenant, wanted.Id, Noon.AddHours(1), default);
        Assert.Equal(linked with { EndedAt = Noon.AddHours(1) }, ended);
        Assert.Equal(ended, await links.EndAsync(tenant, wanted.Id, Noon.AddHours(2), default));
        records = await links.GetOrCreateAsync(tenant, [People.Alice, People.AliceLid], Noon, default);
        Assert.All(records, record => Assert.Equal(record.Id, record.Root));
        Assert.Equal([ended!], await links.ReadLinksAsync(tenant, linked.Left, default));
    }

    [Theory, EachDatabase]
    public async Task An_alias_that_is_linked_elsewhere_is_a_conflict_unless_somebody_decided(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tenant = (await test.AddUserAsync()).User.TenantId;
        var links = test.Storage.Links;
        var alice = await LinkAsync(Link(People.Alice, People.AliceLid));
        var bob = await LinkAsync(Link(People.Bob, People.BobLid));
        var wanted = Link(People.Alice, People.BobLid) with { At = Noon.AddHours(1) };

        var conflict = Assert.IsType<LinkResult.Conflict>(await links.LinkAsync(tenant, wanted, endOthers: false, default));
        Assert.Equal([alice, bob], conflict.Existing.OrderBy(link => link.Link.Phone.User));
        Assert.Equal([alice], await links.ReadLinksAsync(tenant, alice.Left, default));

        var linked = Assert.IsType<LinkResult.Linked>(await links.LinkAsync(tenant, wanted, endOthers: true, default)).Link;
        Assert.Equal([linked, alice with { EndedAt = wanted.At }], await links.ReadLinksAsync(tenant, alice.Left, default));
        Assert.Equal([linked, bob with { EndedAt = wanted.At }], await links.ReadLinksAsync(tenant, bob.Right, default));

        async Task<PersonLink> LinkAsync(NewLink link) =>
            Assert.IsType<LinkResult.Linked>(await links.LinkAsync(tenant, link, endOthers: false, default)).Link;
    }

    [Theory, EachDatabase]
    public async Task Present_links_of_a_tenant_are_read_without_making_records(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (one, two) = ((await test.AddUserAsync("One")).User.TenantId, (await test.AddUserAsync("Two")).User.TenantId);
        var links = test.Storage.Links;
        Assert.Empty(await links.ReadPresentLinksAsync(one, default));
        var alice = Assert.IsType<LinkResult.Linked>(await links.LinkAsync(one, Link(People.Alice, People.AliceLid), endOthers: false, default)).Link;
        var bob = Assert.IsType<LinkResult.Linked>(await links.LinkAsync(one, Link(People.Bob, People.BobLid), endOthers: false, default)).Link;
        await links.LinkAsync(two, Link(People.Alice, People.BobLid), endOthers: false, default);
        Assert.Equal([alice, bob], (await links.ReadPresentLinksAsync(one, default)).OrderBy(link => link.Link.Phone.User));

        await links.EndAsync(one, alice.Link.Id, Noon.AddHours(1), default);

        Assert.Equal([bob], await links.ReadPresentLinksAsync(one, default));
    }

    [Theory, EachDatabase]
    public async Task Nothing_crosses_tenants(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (one, two) = ((await test.AddUserAsync("One")).User.TenantId, (await test.AddUserAsync("Two")).User.TenantId);
        var links = test.Storage.Links;
        var link = Link(People.Alice, People.AliceLid);
        var linked = Assert.IsType<LinkResult.Linked>(await links.LinkAsync(one, link, endOthers: false, default)).Link;
        var verification = NewVerification();
        await links.AddVerificationAsync(one, verification, default);

        Assert.Null(await links.EndAsync(two, link.Id, Noon, default));
        Assert.Empty(await links.ReadLinksAsync(two, linked.Left, default));
        Assert.Null(await links.TakeTryAsync(two, verification.Id, default));
        Assert.False(await links.UseVerificationAsync(two, verification.Id, Noon, default));
        Assert.Null(Assert.Single(await links.ReadLinksAsync(one, linked.Left, default)).EndedAt);
    }

    [Theory, EachDatabase]
    public async Task Tries_are_counted_and_a_verification_is_used_once(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tenant = (await test.AddUserAsync()).User.TenantId;
        var links = test.Storage.Links;
        var verification = NewVerification();
        await links.AddVerificationAsync(tenant, verification, default);

        var tries = await Task.WhenAll(Enumerable.Range(0, 7).Select(
            _ => Task.Run(() => links.TakeTryAsync(tenant, verification.Id, default))));
        var uses = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => links.UseVerificationAsync(tenant, verification.Id, Noon, default))));

        Assert.Equal([5, 4, 3, 2, 1, 0, 0], tries.Select(found => found!.TriesLeft).OrderDescending());
        Assert.Equal(Convert.ToHexString(verification.TokenHash.Span), Convert.ToHexString(tries[0]!.TokenHash.Span));
        Assert.Equal(verification, tries.Single(found => found!.TriesLeft == 5)! with { TokenHash = verification.TokenHash });
        Assert.Single(uses, used => used);
        Assert.Equal(Noon, (await links.TakeTryAsync(tenant, verification.Id, default))!.UsedAt);
        Assert.Null(await links.TakeTryAsync(tenant, Guid.NewGuid(), default));
    }

    private static NewLink Link(Jid phone, Jid lid) => new(Guid.NewGuid(), phone, lid, LinkSignal.Operator, "Zoë \"said\" so", "user", Noon);

    private static Verification NewVerification() => new(
        Guid.NewGuid(), DeviceId.New(), People.Alice, People.AliceLid, new byte[] { 1, 2, 3 }, Noon.AddMinutes(15), 5, null);
}
