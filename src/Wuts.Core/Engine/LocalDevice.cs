using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Engine;

/// <summary>A device of the local engine: every call runs in the turns of its actor.</summary>
internal sealed class LocalDevice(LocalEngine engine, DeviceId id) : IDevice
{
    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> GetStatusAsync(CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.GetStatusAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<QrCode>> GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.GetQrAsync(refresh, wait, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairCode>> GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.GetPairCodeAsync(phone, refresh, wait, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> ConnectAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.ConnectAsync(wait, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> WakeAsync(CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.WakeAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> DisconnectAsync(CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.DisconnectAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<DeviceStatus>> LogoutAsync(CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.LogoutAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> DestroyAsync(CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.DestroyAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task HandOverAsync(CancellationToken cancellationToken) => await engine.CallAsync(
        id,
        async d =>
        {
            await d.HandOverAsync(cancellationToken);
            return (Answer<Done>)Done.Instance;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<ContactPage>> ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.ListContactsAsync(request, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ContactView>>> FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.FindContactsAsync(jids, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Resolution>>> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.ResolveAsync(request, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PairPage>> ListPairsAsync(int offset, int limit, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.ListPairsAsync(offset, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Registration>>> CheckAsync(
        IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.CheckAsync(phones, maxAge, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.LookUpAsync(person, priority, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureOutcome>> AskPictureAsync(
        Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.AskPictureAsync(target, size, existingId, priority, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.AskBusinessAsync(person, priority, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.SaveContactAsync(person, firstName, lastName, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlocklistView>> GetBlocklistAsync(CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.GetBlocklistAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<BlockResult>> SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.SetBlockedAsync(person, block, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.SyncAppStateAsync(scopes, full, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupList>> ListGroupsAsync(bool refresh, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.ListGroupsAsync(refresh, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> GetGroupAsync(Jid group, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.GetGroupAsync(group, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<string>> GetInviteLinkAsync(Jid group, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.GetInviteLinkAsync(group, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<GroupView>> PreviewInviteAsync(string code, CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.PreviewInviteAsync(code, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ChatView>>> ListChatsAsync(CancellationToken cancellationToken) =>
        engine.CallAsync(id, d => d.ListChatsAsync(cancellationToken), cancellationToken);
}
