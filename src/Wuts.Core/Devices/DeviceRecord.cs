using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Devices;

/// <summary>A device as the database has it: who owns it, and what is known of it while no actor lives.</summary>
public sealed record DeviceRecord
{
    /// <summary>Its id.</summary>
    public required DeviceId Id { get; init; }

    /// <summary>Its id in the Wawp dialect.</summary>
    public required InstanceId InstanceId { get; init; }

    /// <summary>The tenant; the owner's.</summary>
    public required TenantId TenantId { get; init; }

    /// <summary>The user who owns it.</summary>
    public required UserId UserId { get; init; }

    /// <summary>Name, 1 to 100 characters, for people.</summary>
    public required string Name { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything here last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The last state that its owner stored. A state that needs an owner says nothing when there is none.</summary>
    public DeviceState State { get; init; }

    /// <summary>Whether it should be connected: it is connected again after a restart, and when its owner dies.</summary>
    public bool WantsConnection { get; init; }

    /// <summary>The linked account by phone number, without device part; <see langword="null"/> when it is not linked.</summary>
    public Jid? Account { get; init; }

    /// <summary>The linked account by LID.</summary>
    public Jid? Lid { get; init; }

    /// <summary>Push name of the account.</summary>
    public string? PushName { get; init; }

    /// <summary>The phone's operating system as WhatsApp names it.</summary>
    public string? Platform { get; init; }

    /// <summary>When it was linked.</summary>
    public DateTimeOffset? LinkedAt { get; init; }

    /// <summary>When WhatsApp last proved to be there.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Why it is not connected.</summary>
    public DeviceProblem? Problem { get; init; }

    /// <summary>When it was destroyed. The record stays so that its id is not used again.</summary>
    public DateTimeOffset? DestroyedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"Device {Id}";
}
