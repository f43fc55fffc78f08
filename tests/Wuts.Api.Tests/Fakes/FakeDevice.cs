using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.Fakes;

/// <summary>
/// A device whose answers a test sets one by one; what is not set fails the test that asks for it. It shows what an endpoint makes
/// of an answer. How answers come about is tested elsewhere.
/// </summary>
internal sealed class FakeDevice : IDevice
{
    private readonly List<string> _calls = [];

    /// <summary>Names of the methods that were called, in order.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public Answer<DeviceStatus> Status { get; set; } = new DeviceStatus(DeviceState.Created, null, null, null, null, null, null, null);

    public Func<bool, Answer<QrCode>> Qr { get; set; } = _ => NotSet<QrCode>();

    public Func<PhoneNumber, bool, Answer<PairCode>> PairCode { get; set; } = (_, _) => NotSet<PairCode>();

    public Func<Answer<DeviceStatus>> Connect { get; set; } = NotSet<DeviceStatus>;

    public Func<Answer<DeviceStatus>> Disconnect { get; set; } = NotSet<DeviceStatus>;

    public Func<Answer<DeviceStatus>> Logout { get; set; } = NotSet<DeviceStatus>;

    public Func<ContactListRequest, Answer<ContactPage>> Contacts { get; set; } = _ => new ContactPage(0, [], [], HasMore: false, StaleSince: null);

    public Func<IReadOnlyList<Jid>, Answer<IReadOnlyList<ContactView>>> Find { get; set; } = _ => NotSet<IReadOnlyList<ContactView>>();

    public Func<ResolveRequest, Answer<IReadOnlyList<Resolution>>> Resolve { get; set; } = _ => NotSet<IReadOnlyList<Resolution>>();

    public Func<int, int, Answer<PairPage>> Pairs { get; set; } = (_, _) => NotSet<PairPage>();

    public Func<IReadOnlyList<PhoneNumber>, TimeSpan, Answer<IReadOnlyList<Registration>>> Check { get; set; } = (_, _) => NotSet<IReadOnlyList<Registration>>();

    public Func<Jid, Answer<UserInfo>> LookUp { get; set; } = _ => NotSet<UserInfo>();

    public Func<Jid, string, string?, Answer<Done>> SaveContact { get; set; } = (_, _, _) => NotSet<Done>();

    public Func<Answer<BlocklistView>> Blocklist { get; set; } = NotSet<BlocklistView>;

    public Func<Jid, bool, Answer<BlockResult>> Block { get; set; } = (_, _) => NotSet<BlockResult>();

    public Func<IReadOnlyList<SyncScope>, bool, Answer<Done>> Sync { get; set; } = (_, _) => NotSet<Done>();

    public Func<bool, Answer<GroupList>> Groups { get; set; } = _ => NotSet<GroupList>();

    public Func<Jid, Answer<GroupView>> Group { get; set; } = _ => NotSet<GroupView>();

    public Func<Jid, Answer<string>> InviteLink { get; set; } = _ => NotSet<string>();

    public Func<string, Answer<GroupView>> Invite { get; set; } = _ => NotSet<GroupView>();

    public Func<Answer<IReadOnlyList<ChatView>>> Chats { get; set; } = NotSet<IReadOnlyList<ChatView>>;

    Task<Answer<DeviceStatus>> IDevice.GetStatusAsync(CancellationToken cancellationToken) => Reply("status", Status);

    Task<Answer<QrCode>> IDevice.GetQrAsync(bool refresh, TimeSpan wait, CancellationToken cancellationToken) => Reply("qr", Qr(refresh));

    Task<Answer<PairCode>> IDevice.GetPairCodeAsync(PhoneNumber phone, bool refresh, TimeSpan wait, CancellationToken cancellationToken) =>
        Reply("paircode", PairCode(phone, refresh));

    Task<Answer<DeviceStatus>> IDevice.ConnectAsync(TimeSpan wait, CancellationToken cancellationToken) => Reply("connect", Connect());

    Task<Answer<Done>> IDevice.WakeAsync(CancellationToken cancellationToken) => throw new NotSupportedException("The API wakes no devices.");

    Task<Answer<DeviceStatus>> IDevice.DisconnectAsync(CancellationToken cancellationToken) => Reply("disconnect", Disconnect());

    Task<Answer<DeviceStatus>> IDevice.LogoutAsync(CancellationToken cancellationToken) => Reply("logout", Logout());

    Task<Answer<Done>> IDevice.DestroyAsync(CancellationToken cancellationToken) => Reply<Done>("destroy", Done.Instance);

    Task IDevice.HandOverAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task<Answer<ContactPage>> IDevice.ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken) =>
        Reply("contacts", Contacts(request));

    Task<Answer<IReadOnlyList<ContactView>>> IDevice.FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken) =>
        Reply("find", Find(jids));

    Task<Answer<IReadOnlyList<Resolution>>> IDevice.ResolveAsync(ResolveRequest request, CancellationToken cancellationToken) =>
        Reply("resolve", Resolve(request));

    Task<Answer<PairPage>> IDevice.ListPairsAsync(int offset, int limit, CancellationToken cancellationToken) => Reply("pairs", Pairs(offset, limit));

    Task<Answer<IReadOnlyList<Registration>>> IDevice.CheckAsync(
        IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken) => Reply("check", Check(phones, maxAge));

    Task<Answer<UserInfo>> IDevice.LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) => Reply("lookup", LookUp(person));

    Task<Answer<PictureOutcome>> IDevice.AskPictureAsync(
        Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken) =>
        Reply("askpicture", NotSet<PictureOutcome>());

    Task<Answer<BusinessProfileFound>> IDevice.AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        Reply("askbusiness", NotSet<BusinessProfileFound>());

    Task<Answer<Done>> IDevice.SaveContactAsync(Jid person, string firstName, string? lastName, CancellationToken cancellationToken) =>
        Reply("save", SaveContact(person, firstName, lastName));

    Task<Answer<BlocklistView>> IDevice.GetBlocklistAsync(CancellationToken cancellationToken) => Reply("blocklist", Blocklist());

    Task<Answer<BlockResult>> IDevice.SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken) => Reply("block", Block(person, block));

    Task<Answer<Done>> IDevice.SyncAppStateAsync(IReadOnlyList<SyncScope> scopes, bool full, CancellationToken cancellationToken) =>
        Reply("sync", Sync(scopes, full));

    Task<Answer<GroupList>> IDevice.ListGroupsAsync(bool refresh, CancellationToken cancellationToken) => Reply("groups", Groups(refresh));

    Task<Answer<GroupView>> IDevice.GetGroupAsync(Jid group, CancellationToken cancellationToken) => Reply("group", Group(group));

    Task<Answer<string>> IDevice.GetInviteLinkAsync(Jid group, CancellationToken cancellationToken) => Reply("invitelink", InviteLink(group));

    Task<Answer<GroupView>> IDevice.PreviewInviteAsync(string code, CancellationToken cancellationToken) => Reply("invite", Invite(code));

    Task<Answer<IReadOnlyList<ChatView>>> IDevice.ListChatsAsync(CancellationToken cancellationToken) => Reply("chats", Chats());

    private Task<Answer<T>> Reply<T>(string name, Answer<T> answer)
    {
        lock (_calls)
        {
            _calls.Add(name);
        }

        return Task.FromResult(answer);
    }

    private static Answer<T> NotSet<T>() => throw new InvalidOperationException("The test did not expect this call.");
}
