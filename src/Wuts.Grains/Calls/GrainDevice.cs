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
        AskRepeatedlyAsync(token => grain.GetStatusAsync(token), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<QrCode>> GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(token => grain.GetQrAsync(refresh, wait, token), GrainCalls.Query + wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairCode>> GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(token => grain.GetPairCodeAsync(phone, refresh, wait, token), GrainCalls.Query + wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> ConnectAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(token => grain.ConnectAsync(wait, token), GrainCalls.Query + wait, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> WakeAsync(CancellationToken cancellationToken) =>
        AskAsync(token => grain.WakeAsync(token), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> DisconnectAsync(CancellationToken cancellationToken) =>
        AskAsync(token => grain.DisconnectAsync(token), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> LogoutAsync(CancellationToken cancellationToken) =>
        AskAsync(token => grain.LogoutAsync(token), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> DestroyAsync(CancellationToken cancellationToken) =>
        AskAsync(token => grain.DestroyAsync(token), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task HandOverAsync(CancellationToken cancellationToken) => AskAsync(
        async token =>
        {
            await grain.HandOverAsync(token);
            return (Answer<Done>)Done.Instance;
        },
        GrainCalls.Work,
        cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<ContactPage>> ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.ListContactsAsync(request, token), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ContactView>>> FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.FindContactsAsync(jids.ToArray(), token), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Resolution>>> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.ResolveAsync(request, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairPage>> ListPairsAsync(int offset, int limit, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.ListPairsAsync(offset, limit, token), GrainCalls.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Registration>>> CheckAsync(
        IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken) =>
        AskAsync(token => grain.CheckAsync(phones.ToArray(), maxAge, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.LookUpAsync(person, priority, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureOutcome>> AskPictureAsync(
        Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.AskPictureAsync(target, size, existingId, priority, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.AskBusinessAsync(person, priority, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken) =>
        AskAsync(token => grain.SaveContactAsync(person, firstName, lastName, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlocklistView>> GetBlocklistAsync(CancellationToken cancellationToken) =>
        AskAsync(token => grain.GetBlocklistAsync(token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlockResult>> SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken) =>
        AskAsync(token => grain.SetBlockedAsync(person, block, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken) =>
        AskAsync(token => grain.SyncAppStateAsync(scopes.ToArray(), full, token), GrainCalls.Work, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupList>> ListGroupsAsync(bool refresh, CancellationToken cancellationToken) =>
        AskAsync(token => grain.ListGroupsAsync(refresh, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> GetGroupAsync(Jid group, CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.GetGroupAsync(group, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<string>> GetInviteLinkAsync(Jid group, CancellationToken cancellationToken) =>
        AskAsync(token => grain.GetInviteLinkAsync(group, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> PreviewInviteAsync(string code, CancellationToken cancellationToken) =>
        AskAsync(token => grain.PreviewInviteAsync(code, token), GrainCalls.Query, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ChatView>>> ListChatsAsync(CancellationToken cancellationToken) =>
        AskRepeatedlyAsync(token => grain.ListChatsAsync(token), GrainCalls.Read, cancellationToken);

    private Task<Answer<T>> AskAsync<T>(Func<CancellationToken, Task<Answer<T>>> call, TimeSpan limit, CancellationToken cancellationToken) =>
        GrainCalls.AskAsync(call, limit, time, cancellationToken);

    // For what changes nothing, and costs the account nothing more when it is asked twice: it is known, or equal questions are one.
    private Task<Answer<T>> AskRepeatedlyAsync<T>(
        Func<CancellationToken, Task<Answer<T>>> call, TimeSpan limit, CancellationToken cancellationToken) =>
        GrainCalls.AskRepeatedlyAsync(call, limit, time, cancellationToken);
}
