using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Groups;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Grains;

/// <summary>
/// One <see cref="Device"/> in the cluster. The grain gives it turns (one at a time, others while one waits) and a place; whether
/// it may own the socket is decided by the lease that the device takes, since a directory can name two activations for a moment.
/// </summary>
[GrainType(ContractNames.Device)]
[Reentrant]
[Immovable]
[ActivationCountBasedPlacement]
[CollectionAgeLimit(Minutes = IdleMinutes)]
internal sealed class DeviceGrain(DeviceServices services, IActors actors, SiloActors silo) : Grain, IDeviceGrain
{
    /// <summary>After how long without a call an activation goes that need not be connected.</summary>
    public const int IdleMinutes = 5;

    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromMinutes(1);

    private Device? _device;
    private Turns? _turns;
    private Task? _stopping;

    /// <summary>Whether it can live elsewhere without losing more than a moment. May be asked from anywhere.</summary>
    public bool MayMove => _device is { MayMove: true };

    /// <summary>Whether something would be lost if it just ended. May be asked from anywhere.</summary>
    public bool IsNeeded => _device is { MayGo: false };

    private Device Device => _device ?? throw new InvalidOperationException("The grain is not active yet.");

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _turns = Turns.Current;
        _device = new Device(new DeviceId(this.GetPrimaryKey()), services, actors);
        await _device.ActivateAsync();
        silo.Enter(this);
        this.RegisterGrainTimer(
            static (grain, _) => grain.KeepAlive(), this, new GrainTimerCreationOptions(KeepAliveEvery, KeepAliveEvery) { Interleave = true });
    }

    /// <summary>Closes the connection and gives the lease back, so that the next owner need not wait.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await StopOnceAsync(cancellationToken);
        }
        finally
        {
            silo.Leave(this);
        }
    }

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> GetStatusAsync(CancellationToken cancellationToken) => Device.GetStatusAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<QrCode>> GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        Device.GetQrAsync(refresh, wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairCode>> GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        Device.GetPairCodeAsync(phone, refresh, wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> ConnectAsync(TimeSpan wait, CancellationToken cancellationToken) => Device.ConnectAsync(wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> WakeAsync(CancellationToken cancellationToken)
    {
        // Whoever woke it may have said where: that is not for the calls that it makes itself.
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        return Device.WakeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> DisconnectAsync(CancellationToken cancellationToken) => Device.DisconnectAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> LogoutAsync(CancellationToken cancellationToken) => Device.LogoutAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> DestroyAsync(CancellationToken cancellationToken) => Device.DestroyAsync(cancellationToken);

    /// <summary>Gives up ownership and ends the activation: the next call begins a new life, here or on another silo.</summary>
    public async Task HandOverAsync(CancellationToken cancellationToken)
    {
        await StopOnceAsync(cancellationToken);
        DeactivateOnIdle();
    }

    /// <summary>Gives up ownership; the activation ends later. May be called from anywhere.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _turns!.RunAsync(() => StopOnceAsync(cancellationToken));

    /// <summary>Gives up ownership, and returns when the activation has ended. May be called from anywhere.</summary>
    public async Task LeaveAsync()
    {
        await _turns!.RunAsync(() => HandOverAsync(CancellationToken.None));
        await GrainContext.Deactivated;
    }

    /// <inheritdoc/>
    public Task<Answer<ContactPage>> ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken) =>
        Device.ListContactsAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ContactView>>> FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken) =>
        Device.FindContactsAsync(jids, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Resolution>>> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken) =>
        Device.ResolveAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairPage>> ListPairsAsync(int offset, int limit, CancellationToken cancellationToken) =>
        Device.ListPairsAsync(offset, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Registration>>> CheckAsync(
        IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken) =>
        Device.CheckAsync(phones, maxAge, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        Device.LookUpAsync(person, priority, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureOutcome>> AskPictureAsync(
        Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken) =>
        Device.AskPictureAsync(target, size, existingId, priority, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        Device.AskBusinessAsync(person, priority, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken) =>
        Device.SaveContactAsync(person, firstName, lastName, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlocklistView>> GetBlocklistAsync(CancellationToken cancellationToken) => Device.GetBlocklistAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlockResult>> SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken) =>
        Device.SetBlockedAsync(person, block, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken) =>
        Device.SyncAppStateAsync(scopes, full, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupList>> ListGroupsAsync(bool refresh, CancellationToken cancellationToken) => Device.ListGroupsAsync(refresh, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> GetGroupAsync(Jid group, CancellationToken cancellationToken) => Device.GetGroupAsync(group, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<string>> GetInviteLinkAsync(Jid group, CancellationToken cancellationToken) => Device.GetInviteLinkAsync(group, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> PreviewInviteAsync(string code, CancellationToken cancellationToken) => Device.PreviewInviteAsync(code, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ChatView>>> ListChatsAsync(CancellationToken cancellationToken) => Device.ListChatsAsync(cancellationToken);

    private Task StopOnceAsync(CancellationToken cancellationToken) => _stopping ??= StopInOrderAsync(cancellationToken);

    private async Task StopInOrderAsync(CancellationToken cancellationToken)
    {
        using (await silo.EnterStopAsync(cancellationToken))
        {
            await Device.HandOverAsync(cancellationToken);
        }
    }

    // Only calls count as use: without this a device that nobody asks would be disconnected after a while.
    private Task KeepAlive()
    {
        if (!Device.MayGo)
        {
            DelayDeactivation(TimeSpan.FromMinutes(IdleMinutes));
        }

        return Task.CompletedTask;
    }
}
