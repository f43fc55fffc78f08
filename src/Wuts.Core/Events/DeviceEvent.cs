using Wuts.Core.Devices;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;

namespace Wuts.Core.Events;

/// <summary>
/// Something that happened to a device or to the people it knows: the internal stream that webhooks, caches of the API and
/// metrics feed on. Raised after the change is stored. Values are read anew by whoever needs them.
/// </summary>
/// <param name="Device">The device.</param>
/// <param name="Tenant">Its tenant.</param>
/// <param name="At">When.</param>
public abstract record DeviceEvent(DeviceId Device, TenantId Tenant, DateTimeOffset At)
{
    /// <summary>The kind of event and the device: values are personal.</summary>
    public sealed override string ToString() => $"{GetType().Name} {Device}";

    /// <summary>What it is doing changed.</summary>
    public sealed record StateChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At, DeviceState State, DeviceProblem? Problem)
        : DeviceEvent(Device, Tenant, At);

    /// <summary>A new QR code is shown.</summary>
    public sealed record QrGenerated(DeviceId Device, TenantId Tenant, DateTimeOffset At) : DeviceEvent(Device, Tenant, At);

    /// <summary>It was linked to an account.</summary>
    public sealed record Paired(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Account) : DeviceEvent(Device, Tenant, At);

    /// <summary>Names of somebody changed, appeared or went.</summary>
    public sealed record ContactChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Jid) : DeviceEvent(Device, Tenant, At);

    /// <summary>Somebody chose another name.</summary>
    public sealed record PushNameChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Jid, string? Old, string New)
        : DeviceEvent(Device, Tenant, At);

    /// <summary>Parts of what is cached about somebody are void.</summary>
    public sealed record ProfileChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Jid, Contacts.ContactParts Parts)
        : DeviceEvent(Device, Tenant, At);

    /// <summary>A phone number and a LID were found to belong together.</summary>
    public sealed record PairLearned(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Phone, Jid Lid) : DeviceEvent(Device, Tenant, At);

    /// <summary>Somebody installed WhatsApp anew, or a number has a new owner.</summary>
    public sealed record IdentityChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Jid) : DeviceEvent(Device, Tenant, At);

    /// <summary>A group changed, or was joined.</summary>
    public sealed record GroupChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Group) : DeviceEvent(Device, Tenant, At);

    /// <summary>The account is no longer in a group.</summary>
    public sealed record GroupLeft(DeviceId Device, TenantId Tenant, DateTimeOffset At, Jid Group) : DeviceEvent(Device, Tenant, At);

    /// <summary>People were blocked or unblocked.</summary>
    public sealed record BlocklistChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At) : DeviceEvent(Device, Tenant, At);

    /// <summary>A part of the address book is up to date.</summary>
    public sealed record AppStateSynced(DeviceId Device, TenantId Tenant, DateTimeOffset At, SyncScope Scope) : DeviceEvent(Device, Tenant, At);

    /// <summary>A part of the address book is doing better or worse than before: it became current, waits for keys, or needs help.</summary>
    public sealed record SyncHealthChanged(DeviceId Device, TenantId Tenant, DateTimeOffset At, SyncScope Scope, CollectionStatus Status)
        : DeviceEvent(Device, Tenant, At);

    /// <summary>A part of the history was read.</summary>
    public sealed record HistoryRead(DeviceId Device, TenantId Tenant, DateTimeOffset At, int Progress) : DeviceEvent(Device, Tenant, At);

    /// <summary>
    /// A part of the history does not come any more: it could not be read, and asking the phone again did not help. What the address
    /// book has from elsewhere is not touched. Without a type not even the announcement could be read.
    /// </summary>
    public sealed record HistoryLost(DeviceId Device, TenantId Tenant, DateTimeOffset At, HistorySyncType? Type) : DeviceEvent(Device, Tenant, At);

    /// <summary>
    /// A message from a device of the same account could not be read in the end. What it announced may be missing: history does not come
    /// again, keys of the address book are asked for anew. It came from the phone or from another linked device.
    /// </summary>
    public sealed record OwnMessageLost(DeviceId Device, TenantId Tenant, DateTimeOffset At, bool FromPhone) : DeviceEvent(Device, Tenant, At);
}
