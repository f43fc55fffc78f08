using Wuts.Core.Contacts;
using Wuts.Core.Queries;
using Wuts.Core.Stores;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Devices;

/// <summary>
/// Looks people up: builds the query with the tokens that they gave this account, and reads what the answer says about each.
/// Hidden is not the same as not set, and what was not answered is neither. Sync sections 4.2 to 4.4.
/// </summary>
internal sealed class UserInfoQuery(Func<WhatsAppClient> client, IDeviceData data, TimeProvider time)
{
    /// <summary>Asks about people.</summary>
    public async Task<BatchAnswer<Jid, UserInfo>> AskAsync(IReadOnlyList<Jid> people, QueryPriority priority)
    {
        var connected = client();
        var targets = await WithTokensAsync(people);
        var answer = await connected.AskAsync(UsyncRequest.UserInfo(targets) with { Context = DeviceQueries.ContextOf(priority) });
        var limit = answer.ProtocolErrors.Values.FirstOrDefault(e => e.IsRateLimit);
        if (answer.Users.Count == 0 && answer.ProtocolErrors.Count > 0)
        {
            return DeviceQueries.FailAll<Jid, UserInfo>(people, limit.IsRateLimit ? limit : answer.ProtocolErrors.Values.First());
        }

        var now = time.GetUtcNow();
        var found = new Dictionary<Jid, Answer<UserInfo>>();
        foreach (var person in people)
        {
            if (answer.ByJid(person) is { } user)
            {
                found[person] = Read(person, user, answer.ProtocolErrors, now);
            }
        }

        return new(found, limit.IsRateLimit, limit.Backoff);
    }

    internal static UserInfo Read(
        Jid asked, UsyncUser user, IReadOnlyDictionary<UsyncProtocol, QueryError> failed, DateTimeOffset now)
    {
        bool Unanswered(UsyncProtocol protocol) => failed.ContainsKey(protocol) || user.Errors.ContainsKey(protocol);
        var devices = user.Devices is UsyncDevices.Listed listed
            ? listed.Devices.Select(d => d.Id).Distinct().Order().ToList()
            : null;
        var silent = user is { Devices: null, About: null, Picture: null, IsBusiness: false } && user.Errors.Count == 0 && failed.Count == 0;
        return new UserInfo
        {
            // Of a number that does not exist the answer says nothing at all; of a LID that cannot be told.
            Exists = silent ? (asked.IsPhone ? false : null) : true,
            Phone = user.PhoneJid ?? (asked.IsPhone ? asked : null),
            Lid = user.LidJid ?? (asked.IsLid ? asked : null),
            About = user.About switch
            {
                UsyncAbout.Text { Value.Length: > 0 } text => Seen.Shown(text.Value),
                UsyncAbout.Text => Seen<string>.NotSet,
                UsyncAbout.Hidden => Seen<string>.Hidden,
                _ => Seen<string>.Unknown,
            },
            PictureId = user.Picture switch
            {
                UsyncPicture.Id id => Seen.Shown(id.Value),
                UsyncPicture.NotSet => Seen<string>.NotSet,
                UsyncPicture.Hidden => Seen<string>.Hidden,
                _ => Seen<string>.Unknown,
            },
            Devices = devices,
            VerifiedName = user.VerifiedName,
            IsBusiness = user.IsBusiness,
            IsBusinessKnown = !Unanswered(UsyncProtocol.Business),
            AsOf = now,
        };
    }

    private async Task<List<UsyncTarget>> WithTokensAsync(IReadOnlyList<Jid> people)
    {
        var now = time.GetUtcNow();
        var pairs = await data.Account.FindPairsAsync(people, CancellationToken.None);
        var targets = new List<UsyncTarget>(people.Count);
        foreach (var person in people)
        {
            var token = await data.Account.FindTokenAsync(person, CancellationToken.None);
            if (token is null && PartnerOf(person, pairs) is { } other)
            {
                token = await data.Account.FindTokenAsync(other, CancellationToken.None);
            }

            targets.Add(UsyncTarget.ByJid(person) with
            {
                PrivacyToken = token is not null && !PrivacyTokens.IsExpired(token.Timestamp, now) ? token.Bytes : default,
            });
        }

        return targets;
    }

    private static Jid? PartnerOf(Jid person, IReadOnlyList<CurrentPair> pairs)
    {
        foreach (var row in pairs)
        {
            if (row.Pair.Phone == person)
            {
                return row.Pair.Lid;
            }

            if (row.Pair.Lid == person)
            {
                return row.Pair.Phone;
            }
        }

        return null;
    }
}
