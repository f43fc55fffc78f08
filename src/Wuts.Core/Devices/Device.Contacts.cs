using Wuts.Core.Contacts;
using Wuts.Core.Identity;
using Wuts.Core.Queries;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Devices;

/// <content>The people of the account.</content>
public sealed partial class Device
{
    private const int MaxResolve = 160;
    private const int MaxUnknown = 10_000;

    private readonly Dictionary<Jid, DateTimeOffset> _withoutLid = [];

    /// <inheritdoc/>
    public Task<Answer<ContactPage>> ListContactsAsync(ContactListRequest request, CancellationToken cancellationToken) =>
        request.Since is null
            ? RecallAsync<ContactPage>(
                request with { KnownVersion = null },
                async () => await Book().ListAsync(request, StaleSince, cancellationToken),
                page => page.IsUnchanged ? 0 : page.Rows.Count + 1,
                (page, since) => AsOld(page, request, since))
            : AnswerAsync<ContactPage>(async () => await Book().ListAsync(request, StaleSince, cancellationToken));

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ContactView>>> FindContactsAsync(IReadOnlyList<Jid> jids, CancellationToken cancellationToken) =>
        RecallAsync(
            KeyOf("find", jids),
            async () => Answer.Of(await Book().FindAsync(jids, cancellationToken)),
            views => views.Count,
            (views, _) => views);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Resolution>>> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken) => RecallAsync(
        KeyOf("resolve", request.Jids, $"{request.Group} {request.Explain} {request.LookUp}"),
        () => ResolveNowAsync(request, cancellationToken),
        found => found.Count,
        (found, _) => found);

    private Task<Answer<IReadOnlyList<Resolution>>> ResolveNowAsync(ResolveRequest request, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<Resolution>>(async () =>
        {
            if (request.Jids.Count > MaxResolve)
            {
                return new Failure.Invalid("jid", $"At most {MaxResolve} addresses are resolved at a time.");
            }

            if (request.LookUp && !IsConnected)
            {
                return NotReady();
            }

            IReadOnlyList<GroupMember> members = [];
            if (request.Group is { } group)
            {
                var answer = await GetGroupAsync(group, cancellationToken);
                if (!answer.TryGet(out var view, out var failure))
                {
                    return failure is Failure.NotPermitted ? new Failure.NotFound(MissingThing.Group) : failure;
                }

                members = view.Info.Members;
            }

            if (_withoutLid.Count > MaxUnknown)
            {
                _withoutLid.Clear();
            }

            var resolver = new IdentityResolver(_data, Book(), _time);
            return Answer.Of(await resolver.ResolveAsync(request, members, request.LookUp ? LidOfAsync : null, _withoutLid, cancellationToken));
        });

    /// <inheritdoc/>
    public Task<Answer<PairPage>> ListPairsAsync(int offset, int limit, CancellationToken cancellationToken) =>
        RecallAsync<PairPage>(
            (nameof(ListPairsAsync), offset, limit),
            async () => await _data.ReadPairsAsync(offset, limit, cancellationToken),
            page => page.Pairs.Count + 1,
            (page, _) => page);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Registration>>> CheckAsync(
        IReadOnlyList<PhoneNumber> phones, TimeSpan maxAge, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<Registration>>(async () =>
        {
            var wanted = phones.Distinct().ToList();
            if (wanted.Count > MaxResolve)
            {
                return new Failure.Invalid("phone", $"At most {MaxResolve} numbers are checked at a time.");
            }

            var stored = (await _data.FindRegistrationsAsync(wanted, cancellationToken)).ToDictionary(r => r.Phone);
            var known = stored.Where(r => IsFresh(r.Value, maxAge)).ToDictionary();
            var rest = wanted.Where(p => !known.ContainsKey(p)).ToList();
            if (rest.Count > 0)
            {
                if (!IsConnected)
                {
                    return NotReady();
                }

                if (await CheckLiveAsync(rest, stored.Keys, known, maxAge, cancellationToken) is { } failure)
                {
                    return failure;
                }
            }

            return phones.Select(p => known[p]).ToList();
        });

    /// <inheritdoc/>
    public Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        AnswerAsync(() => IsConnected
            ? WithLeaseAsync(_queries.LookUpAsync(person.ToBase(), priority, cancellationToken))
            : Task.FromResult<Answer<UserInfo>>(NotReady()));

    /// <inheritdoc/>
    public Task<Answer<PictureOutcome>> AskPictureAsync(
        Jid target, PictureSize size, string? existingId, QueryPriority priority, CancellationToken cancellationToken) =>
        AnswerAsync<PictureOutcome>(async () =>
        {
            if (!IsConnected)
            {
                return NotReady();
            }

            var jid = target.ToBase();
            if (!jid.IsPerson && !jid.IsGroup)
            {
                return new Failure.Invalid("jid", "Pictures exist for people and groups.");
            }

            var community = jid.IsGroup
                && await _data.Account.FindGroupAsync(jid, CancellationToken.None) is { Info: { IsCommunity: true, IsDefaultSubgroup: false } };
            var request = new PictureRequest { Target = jid, Size = size, ExistingId = existingId, IsCommunity = community };
            return await WithLeaseAsync(_queries.AskPictureAsync(request, priority, cancellationToken));
        });

    /// <inheritdoc/>
    public Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        AnswerAsync(() => IsConnected
            ? WithLeaseAsync(_queries.AskBusinessAsync(person.ToBase(), priority, cancellationToken))
            : Task.FromResult<Answer<BusinessProfileFound>>(NotReady()));

    /// <summary>Says under which lease a question was asked that has just been put.</summary>
    private async Task<Answer<T>> WithLeaseAsync<T>(Task<Answer<T>> asking)
    {
        var lease = _lease?.Fence.Number;
        return await asking with { Lease = lease };
    }

    private ContactBook Book() => new(_data, AddressPair.TryCreate(Record.Account, Record.Lid, out var own) ? own : null);

    private async Task<Answer<Jid?>> LidOfAsync(Jid phone)
    {
        var answer = await _queries.LookUpLidAsync(phone, QueryPriority.Interactive, CancellationToken.None);
        return answer.TryGet(out var found, out var failure) ? Answer.Of(found.Lid) : failure;
    }

    /// <summary>Asks, and asks once more in the other spelling where a number is out and may be registered under another one. Sync section 4.5.</summary>
    private async Task<Failure?> CheckLiveAsync(
        List<PhoneNumber> phones, IReadOnlyCollection<PhoneNumber> checkedBefore, Dictionary<PhoneNumber, Registration> known,
        TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var failure = await AskRegistrationsAsync(phones, checkedBefore, known, cancellationToken);
        var spellings = new Dictionary<PhoneNumber, PhoneNumber>();
        foreach (var phone in phones)
        {
            if (known.TryGetValue(phone, out var answer) && !answer.IsRegistered && NumberSpelling.TryGetOther(phone, out var other))
            {
                spellings[phone] = other;
            }
        }

        var wanted = spellings.Values.Where(p => !known.ContainsKey(p)).ToList();
        if (failure is null && wanted.Count > 0)
        {
            var stored = (await _data.FindRegistrationsAsync(wanted, cancellationToken)).ToDictionary(r => r.Phone);
            foreach (var (phone, registration) in stored.Where(r => IsFresh(r.Value, maxAge)))
            {
                known[phone] = registration;
            }

            failure = await AskRegistrationsAsync([.. wanted.Where(p => !known.ContainsKey(p))], stored.Keys, known, cancellationToken);
        }

        foreach (var (phone, other) in spellings)
        {
            if (!known.TryGetValue(other, out var registration))
            {
                // Half an answer is none, and is not kept.
                known.Remove(phone);
            }
            else if (registration.IsRegistered)
            {
                known[phone] = registration with { Phone = phone };
            }
        }

        var fresh = phones.Concat(wanted).Select(p => known.GetValueOrDefault(p)).OfType<Registration>().ToList();
        if (fresh.Count > 0 && _lease is not null)
        {
            await _data.SaveRegistrationsAsync(fresh, CancellationToken.None);
        }

        return failure;
    }

    private async Task<Failure?> AskRegistrationsAsync(
        List<PhoneNumber> phones, IReadOnlyCollection<PhoneNumber> checkedBefore, Dictionary<PhoneNumber, Registration> known,
        CancellationToken cancellationToken)
    {
        // Only numbers that were never checked look like a search for strangers.
        if (await _queries.SpendNewNumbersAsync(phones.Except(checkedBefore).Count()) is { } refusal)
        {
            _services.Metrics.RateLimited(QueryKind.Registration, byOwnBudget: true);
            return refusal;
        }

        var answers = await Task.WhenAll(phones.Select(p => _queries.CheckAsync(p, cancellationToken)));
        foreach (var registration in answers.Select(a => a.Value).OfType<Registration>())
        {
            known[registration.Phone] = registration;
        }

        return answers.Select(a => a.Failure).FirstOrDefault(f => f is not null);
    }

    private bool IsFresh(Registration registration, TimeSpan maxAge)
    {
        var negative = maxAge / 24 < Freshness.Negative ? maxAge / 24 : Freshness.Negative;
        return maxAge > TimeSpan.Zero && _time.GetUtcNow() - registration.CheckedAt <= (registration.IsRegistered ? maxAge : negative);
    }
}
