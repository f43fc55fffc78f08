using Wuts.Core.Groups;
using Wuts.Core.Queries;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Devices;

/// <content>The groups of the account: from the mirror where it is current, else from WhatsApp. Sync section 9.</content>
public sealed partial class Device
{
    private const string InviteHost = "https://chat.whatsapp.com/";

    /// <inheritdoc/>
    public Task<Answer<GroupList>> ListGroupsAsync(bool refresh, CancellationToken cancellationToken) => refresh
        ? AnswerAsync(() => ReadGroupsAsync(refresh, cancellationToken))
        : RecallAsync(
            nameof(ListGroupsAsync),
            () => ReadGroupsAsync(refresh, cancellationToken),
            list => RowsOf(list.Groups) + 1,
            (list, since) => list with { StaleSince = since });

    /// <inheritdoc/>
    public Task<Answer<GroupView>> GetGroupAsync(Jid group, CancellationToken cancellationToken) => RecallAsync(
        (nameof(GetGroupAsync), group), () => FindGroupAsync(group, cancellationToken), view => RowsOf([view]), (view, since) => view with { AsOf = since });

    private async Task<Answer<GroupList>> ReadGroupsAsync(bool refresh, CancellationToken cancellationToken)
    {
        var neverRead = IsConnected && await _data.Account.FindSettingAsync(AccountSetting.GroupsReadAt, cancellationToken) is null;
        if (refresh || neverRead)
        {
            if (!IsConnected)
            {
                return NotReady();
            }

            var answer = await _queries.AskAsync(
                QueryKind.GroupList,
                refresh ? QueryPriority.Interactive : QueryPriority.Background,
                () => RequireClient().GetGroupsAsync(CancellationToken.None));
            if (answer.Failure is { } failure)
            {
                return failure;
            }
        }

        var groups = new List<GroupView>();
        await foreach (var group in _data.Account.ReadGroupsAsync(cancellationToken))
        {
            if (group.IsJoined)
            {
                groups.Add(View(group.Info, isMember: true));
            }
        }

        groups.Sort((a, b) => string.CompareOrdinal(a.Info.Jid.ToString(), b.Info.Jid.ToString()));
        return new GroupList(groups, StaleSince);
    }

    private async Task<Answer<GroupView>> FindGroupAsync(Jid group, CancellationToken cancellationToken)
    {
        if (!group.IsGroup)
        {
            return new Failure.Invalid("group", "It is not the address of a group.");
        }

        var stored = await _data.Account.FindGroupAsync(group, cancellationToken);
        if (stored is { IsJoined: true } && (IsCurrent(stored) || !IsConnected))
        {
            return View(stored.Info, isMember: true);
        }

        if (!IsConnected)
        {
            return NotReady();
        }

        var answer = await _queries.AskGroupAsync(group, cancellationToken);
        return answer.TryGet(out var outcome, out var failure)
            ? outcome switch
            {
                GroupOutcome.Found found => View(found.Group, isMember: true),
                GroupOutcome.NotMember => new Failure.NotPermitted(),
                GroupOutcome.NotFound => new Failure.NotFound(MissingThing.Group),
                GroupOutcome.Truncated truncated => View(truncated.Group, isMember: true),
                _ => new Failure.Refused(0),
            }
            : failure;
    }

    /// <inheritdoc/>
    public Task<Answer<string>> GetInviteLinkAsync(Jid group, CancellationToken cancellationToken) => AnswerAsync<string>(async () =>
    {
        if (!group.IsGroup)
        {
            return new Failure.Invalid("group", "It is not the address of a group.");
        }

        if (!IsConnected)
        {
            return NotReady();
        }

        var answer = await _queries.AskAsync(
            QueryKind.Group, QueryPriority.Interactive, () => RequireClient().GetInviteCodeAsync(group, CancellationToken.None));
        return answer.TryGet(out var code, out var failure)
            ? InviteHost + code
            : failure switch
            {
                Failure.Refused { Code: 401 or 403 } => new Failure.NotPermitted(),
                Failure.Refused { Code: 404 or 406 or 410 } => new Failure.NotFound(MissingThing.Group),
                _ => failure,
            };
    });

    /// <inheritdoc/>
    public Task<Answer<GroupView>> PreviewInviteAsync(string code, CancellationToken cancellationToken) => AnswerAsync<GroupView>(async () =>
    {
        var wanted = code.StartsWith(InviteHost, StringComparison.OrdinalIgnoreCase) ? code[InviteHost.Length..] : code;
        if (wanted.Length is 0 or > 64 || wanted.AsSpan().ContainsAnyExcept(InviteCharacters))
        {
            return new Failure.Invalid("code", "It is not an invite code.");
        }

        if (!IsConnected)
        {
            return NotReady();
        }

        var answer = await _queries.AskAsync(
            QueryKind.Group, QueryPriority.Interactive, () => RequireClient().PreviewInviteAsync(wanted, CancellationToken.None));
        if (!answer.TryGet(out var outcome, out var failure))
        {
            return failure;
        }

        if (outcome is not GroupOutcome.Found found)
        {
            return new Failure.NotFound(MissingThing.Invite);
        }

        var stored = await _data.Account.FindGroupAsync(found.Group.Jid, cancellationToken);
        return View(found.Group, stored is { IsJoined: true });
    });

    private static readonly System.Buffers.SearchValues<char> InviteCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    // Members are missing where a group is known by name only.
    private static bool IsCurrent(GroupRecord group) => !group.IsStale && group.Info.Members.Count > 0;

    private GroupView View(GroupInfo info, bool isMember)
    {
        var own = info.Members.FirstOrDefault(m => IsOwn(m.Jid) || (m.PhoneJid is { } phone && IsOwn(phone)) || (m.LidJid is { } lid && IsOwn(lid)));
        return new GroupView(info, isMember, own is { Role: not GroupRole.Member }, StaleSince ?? _time.GetUtcNow());
    }
}
