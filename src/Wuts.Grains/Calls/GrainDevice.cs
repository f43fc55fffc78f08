using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Grains.Calls;

/// <summary>A device that lives somewhere in the cluster. Lists go as arrays, the one form of them that the wire knows.</summary>
internal sealed class GrainDevice(IDeviceGrain grain, TimeProvider time) : IDevice
{
    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> GetStatusAsync(CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetStatusAsync(cancellationToken), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<QrCode>> GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetQrAsync(refresh, wait, cancellationToken), GrainCalls.Query + wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairCode>> GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetPairCodeAsync(phone, refresh, wait, cancellationToken), GrainCalls.Query + wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> ConnectAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(() => grain.ConnectAsync(wait, cancellationToken), GrainCalls.Query + wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> WakeAsync(CancellationToken cancellationToken) =>
        AskAsync(() => grain.WakeAsync(cancellationToken), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> DisconnectAsync(CancellationToken cancellationToken) =>
        AskAsync(() => grain.DisconnectAsync(cancellationToken), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> LogoutAsync(CancellationToken cancellationToken) =>
        AskAsync(() => grain.LogoutAsync(cancellationToken), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> DestroyAsync(CancellationToken cancellationToken) =>
        AskAsync(() => grain.DestroyAsync(cancellationToken), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task HandOverAsync(CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await grain.HandOverAsync(cancellationToken);
            return (Answer<Done>)Done.Instance;
        },
        GrainCalls.Work,
        cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<ContactPage>> ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken) =>
        AskAsync(() => grain.ListContactsAsync(request, cancellationToken), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ContactView>>> FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken) =>
        AskAsync(() => grain.FindContactsAsync(jids.ToArray(), cancellationToken), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Resolution>>> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken) =>
        AskAsync(() => grain.ResolveAsync(request, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairPage>> ListPairsAsync(int offset, int limit, CancellationToken cancellationToken) =>
        AskAsync(() => grain.ListPairsAsync(offset, limit, cancellationToken), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Registration>>> CheckAsync(
        IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken) =>
        AskAsync(() => grain.CheckAsync(phones.ToArray(), maxAge, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        AskAsync(() => grain.LookUpAsync(person, priority, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureOutcome>> AskPictureAsync(
        Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken) =>
        AskAsync(() => grain.AskPictureAsync(target, size, existingId, priority, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        AskAsync(() => grain.AskBusinessAsync(person, priority, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken) =>
        AskAsync(() => grain.SaveContactAsync(person, firstName, lastName, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlocklistView>> GetBlocklistAsync(CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetBlocklistAsync(cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlockResult>> SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken) =>
        AskAsync(() => grain.SetBlockedAsync(person, block, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken) =>
        AskAsync(() => grain.SyncAppStateAsync(scopes.ToArray(), full, cancellationToken), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupList>> ListGroupsAsync(bool refresh, CancellationToken cancellationToken) =>
        AskAsync(() => grain.ListGroupsAsync(refresh, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> GetGroupAsync(Jid group, CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetGroupAsync(group, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<string>> GetInviteLinkAsync(Jid group, CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetInviteLinkAsync(group, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> PreviewInviteAsync(string code, CancellationToken cancellationToken) =>
        AskAsync(() => grain.PreviewInviteAsync(code, cancellationToken), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ChatView>>> ListChatsAsync(CancellationToken cancellationToken) =>
        AskAsync(() => grain.ListChatsAsync(cancellationToken), GrainCalls.Read, cancellationToken);

    private Task<Answer<T>> AskAsync<T>(Func<Task<Answer<T>>> call, TimeSpan limit, CancellationToken cancellationToken) =>
        GrainCalls.AskAsync(call, limit, time, cancellationToken);
}
