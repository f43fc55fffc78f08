using Wuts.Core.Devices;
using Wuts.Core.Tenancy;

namespace Wuts.Hosting.Demo;

/// <summary>
/// Ids of the demo: the same at every start, so that its command lines can be copied from anywhere. Its token opens nothing but
/// made-up people in a database that is gone with the process.
/// </summary>
internal static class DemoIds
{
    /// <summary>Token of the demo's user.</summary>
    public const string Token = "e5f7ebbd-ed1f-47ea-b060-d9afd5c0076d";

    /// <summary>The tenant.</summary>
    public static readonly TenantId Tenant = new(new Guid("1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"));

    /// <summary>The user, an admin.</summary>
    public static readonly UserId User = new(new Guid("9b1c7e2a-44d3-4a55-8f10-2b3c4d5e6f70"));

    /// <summary>The device.</summary>
    public static readonly DeviceId Device = new(new Guid("d3f1a2b4-7c6e-4f01-9a2b-1c2d3e4f5a6b"));

    /// <summary>The device in the Wawp dialect.</summary>
    public static readonly InstanceId Instance = InstanceId.TryParse("A1B2C3D4E5F6", out var id) ? id : default;
}
