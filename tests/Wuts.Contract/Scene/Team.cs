namespace Wuts.Contract.Scene;

/// <summary>A tenant with a user of each role, without devices.</summary>
/// <param name="Admin">The first user.</param>
/// <param name="Manager">A manager.</param>
/// <param name="User">A user.</param>
public sealed record Team(Caller Admin, Caller Manager, Caller User)
{
    /// <summary>Registers them.</summary>
    public static async Task<Team> MakeAsync(GatewayUnderTest gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        var admin = await gateway.RegisterAsync();
        return new Team(
            admin, await admin.AddUserAsync("manager", gateway.NextName("manager")), await admin.AddUserAsync("user", gateway.NextName("user")));
    }

    /// <summary>The user with a role.</summary>
    public Caller Of(string role) => role switch
    {
        "admin" => Admin,
        "manager" => Manager,
        "user" => User,
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
