using Wuts.Api.Tests.Harness;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.DeviceProfile;

public class ThreadMergingTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly Jid Phone = Jid.Parse(ProfileScene.Phone);
    private static readonly Jid Lid = Jid.Parse(ProfileScene.Lid);

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [Statement("device-profile TM-2", "Profile by LID with a known phone leaves two records, first seen at the lookup.")]
    [Statement("device-profile TM-3", "A mapping is not identity: 1,000 repeated lookups leave two records.")]
    public async Task Lookups_leave_two_records(int times)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        for (var i = 0; i < times; i++)
        {
            var profile = (await scene.GetProfileAsync(ProfileScene.Lid)).Profile();
            Assert.Equal(ProfileScene.Phone, profile.GetProperty("phone_jid").GetString());
        }

        var seen = fixture.Time.GetUtcNow();
        fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        var links = fixture.Service<LinkService>();
        var byPhone = await links.FindPersonAsync(scene.Owner.User.TenantId, Phone, CancellationToken.None);
        var byLid = await links.FindPersonAsync(scene.Owner.User.TenantId, Lid, CancellationToken.None);

        Assert.NotEqual(byPhone.Record.Id, byLid.Record.Id);
        Assert.Empty(byPhone.Links);
        Assert.Empty(byLid.Links);
        Assert.Equal((seen, seen), (byPhone.Record.CreatedAt, byLid.Record.CreatedAt));
    }

    [Fact]
    [Statement("device-profile B", "/profile output is identical before and after a merge, and after its undo.")]
    [Statement("device-profile TM-8", "After an undo, lookups behave as before the merge.")]
    public async Task Merge_and_its_undo_do_not_change_the_profile()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(ProfileScene.Lid);
        scene.AddJohn(ProfileScene.Phone);
        var links = fixture.Service<LinkService>();
        var tenant = scene.Owner.User.TenantId;
        var before = await BothAsync(scene);

        var outcome = await links.LinkAsync(tenant, Phone, Lid, "ticket 7", scene.Owner.User.Id, replace: false, CancellationToken.None);
        var merged = await BothAsync(scene);
        var link = Assert.IsType<LinkOutcome.Linked>(outcome).Link;
        var undone = await links.UndoAsync(tenant, link.Link.Id, CancellationToken.None);
        var after = await BothAsync(scene);

        Assert.NotNull(undone.Value!.EndedAt);
        Assert.Equal(before, merged);
        Assert.Equal(before, after);
    }

    [Fact]
    [Statement("device-profile TM-10", "Records never cross tenants: the same person in two tenants has records of their own.")]
    public async Task Records_of_two_tenants_are_two()
    {
        var (one, other) = (await ProfileScene.NewAsync(fixture), await ProfileScene.NewAsync(fixture));
        var links = fixture.Service<LinkService>();
        foreach (var scene in new[] { one, other })
        {
            scene.AddJohn();
            (await scene.GetProfileAsync(ProfileScene.Lid)).Profile();
        }

        var here = await links.FindPersonAsync(one.Owner.User.TenantId, Lid, CancellationToken.None);
        var there = await links.FindPersonAsync(other.Owner.User.TenantId, Lid, CancellationToken.None);

        Assert.NotEqual(here.Record.Id, there.Record.Id);
    }

    private static async Task<(string, string)> BothAsync(ProfileScene scene) =>
        ((await scene.GetProfileAsync(ProfileScene.Lid)).Text, (await scene.GetProfileAsync(ProfileScene.Phone)).Text);
}
