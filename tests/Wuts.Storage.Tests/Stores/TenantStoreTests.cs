using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Storage.Tests.Stores;

public class TenantStoreTests
{
    [Theory, EachDatabase]
    public async Task What_was_stored_is_read_back_exactly(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tenants = test.Storage.Tenants;
        var at = TestStorage.Noon.AddTicks(1234567);
        var tenant = new Tenant(TenantId.New(), "Größe & Söhne 🏢", at, at.AddTicks(1));
        var admin = TestStorage.NewUser(tenant.Id, "admin@example.org");
        var user = TestStorage.NewUser(tenant.Id, "ünï@example.org", Role.User);
        user = user with { User = user.User with { CreatedAt = at.AddMinutes(1), WebhookUrl = "https://example.org/hook?a=b" } };

        Assert.Equal(TenantConflict.None, await tenants.CreateTenantAsync(tenant, admin, "hash", default));
        Assert.Equal(TenantConflict.None, await tenants.CreateUserAsync(user, "hash", default));
        await test.ReopenAsync();
        tenants = test.Storage.Tenants;

        Assert.Equal(tenant, await tenants.FindTenantAsync(tenant.Id, default));
        Assert.Equal([tenant], await tenants.ListTenantsAsync(default));
        Assert.Equal(user.User, await tenants.FindUserAsync(user.User.Id, default));
        Assert.Equal([admin, user], await tenants.ListUsersAsync(tenant.Id, default));
        Assert.Equal(user.User, await tenants.FindByTokenAsync(user.Token, default));
        Assert.Null(await tenants.FindByTokenAsync(Guid.NewGuid().ToString(), default));
        Assert.Null(await tenants.FindTenantAsync(TenantId.New(), default));
        Assert.Null(await tenants.FindUserAsync(UserId.New(), default));
    }

    [Theory, EachDatabase]
    public async Task Names_and_addresses_are_unique_whatever_their_case_and_a_conflict_stores_nothing(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tenants = test.Storage.Tenants;
        var first = await test.AddUserAsync("Acme");

        var sameName = new Tenant(TenantId.New(), "ACME", TestStorage.Noon, TestStorage.Noon);
        var other = TestStorage.NewUser(sameName.Id, "other@example.org");
        Assert.Equal(TenantConflict.TenantName, await tenants.CreateTenantAsync(sameName, other, "hash", default));

        var sameEmail = new Tenant(TenantId.New(), "Other", TestStorage.Noon, TestStorage.Noon);
        var taken = TestStorage.NewUser(sameEmail.Id, "ACME@EXAMPLE.ORG");
        Assert.Equal(TenantConflict.Email, await tenants.CreateTenantAsync(sameEmail, taken, "hash", default));
        Assert.Equal(
            TenantConflict.Email, await tenants.CreateUserAsync(TestStorage.NewUser(first.User.TenantId, "acme@example.org"), "hash", default));

        Assert.Equal("Acme", Assert.Single(await tenants.ListTenantsAsync(default)).Name);
        Assert.Null(await tenants.FindByTokenAsync(other.Token, default));
        Assert.Null(await tenants.FindByTokenAsync(taken.Token, default));
    }

    [Theory, EachDatabase]
    public async Task Two_changes_at_once_cannot_both_take_the_last_admin_away(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tenants = test.Storage.Tenants;
        var one = await test.AddUserAsync();
        var two = TestStorage.NewUser(one.User.TenantId, "two@example.org");
        await tenants.CreateUserAsync(two, "hash", default);

        static User? Demote(User user, int admins) => admins > 1 ? user with { Role = Role.User } : null;
        var done = await Task.WhenAll(
            Task.Run(() => tenants.UpdateUserAsync(one.User.Id, Demote, default)),
            Task.Run(() => tenants.UpdateUserAsync(two.User.Id, Demote, default)));

        Assert.Single(done, changed => changed);
        Assert.Single(await tenants.ListUsersAsync(one.User.TenantId, default), user => user.User.Role == Role.Admin);
    }

    [Theory, EachDatabase]
    public async Task A_user_is_deleted_with_its_devices_unless_that_is_not_allowed(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tenants = test.Storage.Tenants;
        var user = await test.AddUserAsync();
        var device = await test.AddDeviceAsync(user.User);

        Assert.False(await tenants.DeleteUserAsync(user.User.Id, (_, admins) => admins > 1, default));
        Assert.NotNull(await test.Storage.Devices.FindAsync(device.Id, default));
        Assert.True(await tenants.DeleteUserAsync(user.User.Id, (_, _) => true, default));

        Assert.Null(await test.Storage.Devices.FindAsync(device.Id, default));
        Assert.Null(await tenants.FindByTokenAsync(user.Token, default));
        Assert.False(await tenants.DeleteUserAsync(user.User.Id, (_, _) => true, default));
        Assert.False(await tenants.UpdateUserAsync(user.User.Id, (who, _) => who, default));
    }

    [Theory, EachDatabase]
    public async Task Of_several_secrets_with_one_name_the_first_is_kept(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);

        Assert.Null(await test.Storage.Installation.FindSecretAsync("master-token", default));
        var kept = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => Task.Run(() => test.Storage.Installation.AddSecretAsync("master-token", $"secret {i}", default))));
        await test.ReopenAsync();

        Assert.Single(kept.Distinct());
        Assert.Equal(kept[0], await test.Storage.Installation.FindSecretAsync("master-token", default));
    }
}
