using Wuts.Core.Contacts;
using Wuts.Core.Metrics;
using Wuts.Core.Queries;
using Wuts.Core.Stores;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Devices;

/// <summary>Everything that a device asks WhatsApp on somebody's behalf: through the gate, gathered, and once for equal questions.</summary>
/// <param name="client">The client that is logged in; throws <see cref="WhatsAppDisconnectedException"/> when there is none.</param>
/// <param name="data">What the device holds.</param>
/// <param name="gate">Limits and measures.</param>
/// <param name="time">The clock.</param>
/// <param name="read">Turns an exception that was thrown on purpose into a failure.</param>
internal sealed class DeviceQueries(
    Func<WhatsAppClient> client, IDeviceData data, QueryGate gate, TimeProvider time, Func<Exception, Failure?> read)
{
    private readonly UserInfoQuery _userInfo = new(client, data, time);
    private readonly DailyBudget _newNumbers = new(gate.Options.NewNumbersPerDay, time);
    private readonly SingleFlight<(Jid, PictureSize, string?), Answer<PictureOutcome>> _pictures = new();
    private readonly SingleFlight<Jid, Answer<BusinessProfileFound>> _businesses = new();
    private readonly SingleFlight<Jid, Answer<GroupOutcome>> _groups = new();
    private MicroBatcher<Jid, UserInfo>? _lookups;
    private MicroBatcher<Jid, LidFound>? _lids;
    private MicroBatcher<PhoneNumber, Registration>? _registrations;
    private Task? _newNumbersCounted;

    /// <summary>Everything public about a person. Sync section 4.3, B.</summary>
    public Task<Answer<UserInfo>> LookUpAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        (_lookups ??= new(gate, QueryKind.UserInfo, time, _userInfo.AskAsync, read)).AskAsync(person, priority, cancellationToken);

    /// <summary>The LID of a phone number, if it has one. Sync section 4.3, C.</summary>
    public Task<Answer<LidFound>> LookUpLidAsync(Jid phone, QueryPriority priority, CancellationToken cancellationToken) =>
        (_lids ??= new(gate, QueryKind.LidLookup, time, AskLidsAsync, read)).AskAsync(phone, priority, cancellationToken);

    /// <summary>Whether a number is registered. Sync section 4.3, A.</summary>
    public Task<Answer<Registration>> CheckAsync(PhoneNumber phone, CancellationToken cancellationToken) =>
        (_registrations ??= new(gate, QueryKind.Registration, time, AskRegistrationsAsync, read))
            .AskAsync(phone, QueryPriority.Interactive, cancellationToken);

    /// <summary>Spends a part of the day's budget for numbers that were never checked.</summary>
    /// <returns>Why not, when it is used up.</returns>
    public async ValueTask<Failure.RateLimited?> SpendNewNumbersAsync(int count)
    {
        if (count == 0)
        {
            return null;
        }

        // A new owner counts what those before it have asked: neither a restart nor a move is a way around the budget.
        await (_newNumbersCounted ??= CountNewNumbersAsync());
        return _newNumbers.TrySpend(count, out var retryAfter) ? null : new Failure.RateLimited(retryAfter, IsOwnLimit: true);
    }

    /// <summary>Somebody else may have asked meanwhile: what counts is counted anew before the next question.</summary>
    public void OwnershipChanged() => _newNumbersCounted = null;

    /// <summary>A picture's address. Sync section 6.</summary>
    public Task<Answer<PictureOutcome>> AskPictureAsync(PictureRequest request, QueryPriority priority, CancellationToken cancellationToken) =>
        _pictures.RunAsync(
            (request.Target, request.Size, request.ExistingId),
            async () =>
            {
                var answer = await AskAsync(
                    QueryKind.Picture,
                    priority,
                    () => client().GetPictureAsync(request),
                    outcome => outcome is PictureOutcome.Limited limited ? (true, limited.Backoff) : default);
                return answer.Value is PictureOutcome.Limited limited
                    ? new Failure.RateLimited(limited.Backoff ?? gate.Options.FirstPause, IsOwnLimit: false)
                    : answer;
            },
            cancellationToken);

    /// <summary>A business profile. Sync section 7.</summary>
    public Task<Answer<BusinessProfileFound>> AskBusinessAsync(Jid person, QueryPriority priority, CancellationToken cancellationToken) =>
        _businesses.RunAsync(
            person,
            () => AskAsync(QueryKind.Business, priority, async () => new BusinessProfileFound(await client().GetBusinessProfileAsync(person))),
            cancellationToken);

    /// <summary>One group. Sync section 9.2.</summary>
    public Task<Answer<GroupOutcome>> AskGroupAsync(Jid group, CancellationToken cancellationToken) => _groups.RunAsync(
        group, () => AskAsync(QueryKind.Group, QueryPriority.Interactive, () => client().GetGroupAsync(group)), cancellationToken);

    /// <summary>Any other question, asked by itself.</summary>
    public async Task<Answer<T>> AskAsync<T>(
        QueryKind kind, QueryPriority priority, Func<Task<T>> ask, Func<T, (bool, TimeSpan?)>? limitOf = null)
    {
        try
        {
            return await gate.AskAsync(kind, priority, ask, limitOf);
        }
        catch (Exception failure) when (read(failure) is { } known)
        {
            return known;
        }
    }

    private async Task CountNewNumbersAsync()
    {
        try
        {
            _newNumbers.Restore(await data.ReadFirstChecksAsync(time.GetUtcNow() - DailyBudget.Day, CancellationToken.None));
        }
        catch
        {
            _newNumbersCounted = null;
            throw;
        }
    }

    private async Task<BatchAnswer<Jid, LidFound>> AskLidsAsync(IReadOnlyList<Jid> phones, QueryPriority priority)
    {
        var request = UsyncRequest.LidLookup([.. phones.Select(UsyncTarget.ByJid)]) with { Context = ContextOf(priority) };
        var answer = await client().AskAsync(request);
        if (answer.ProtocolErrors.TryGetValue(UsyncProtocol.Lid, out var error))
        {
            return FailAll<Jid, LidFound>(phones, error);
        }

        var found = new Dictionary<Jid, Answer<LidFound>>();
        foreach (var user in answer.Users)
        {
            if (user.PhoneJid is { } phone)
            {
                found[phone] = new LidFound(user.LidJid);
            }
        }

        return new(found);
    }

    private async Task<BatchAnswer<PhoneNumber, Registration>> AskRegistrationsAsync(IReadOnlyList<PhoneNumber> phones, QueryPriority priority)
    {
        var answer = await client().AskAsync(UsyncRequest.Registration(phones) with { Context = ContextOf(priority) });
        if (answer.ProtocolErrors.TryGetValue(UsyncProtocol.Contact, out var error))
        {
            return FailAll<PhoneNumber, Registration>(phones, error);
        }

        var now = time.GetUtcNow();
        var found = new Dictionary<PhoneNumber, Answer<Registration>>();
        foreach (var phone in phones)
        {
            if (answer.ByPhone(phone) is { Registration: { } registration } user)
            {
                var registered = registration == UsyncRegistration.Registered;
                found[phone] = new Registration(
                    phone, registered, registered ? user.PhoneJid ?? phone.ToJid() : null, registered ? user.LidJid : null, now);
            }
        }

        return new(found);
    }

    internal static UsyncContext ContextOf(QueryPriority priority) =>
        priority == QueryPriority.Interactive ? UsyncContext.Interactive : UsyncContext.Background;

    internal static BatchAnswer<TKey, T> FailAll<TKey, T>(IReadOnlyList<TKey> keys, QueryError error) where TKey : notnull
    {
        Failure failure = error.IsRateLimit ? new Failure.RateLimited(error.Backoff, IsOwnLimit: false) : new Failure.Refused(error.Code);
        return new(keys.ToDictionary(k => k, _ => (Answer<T>)failure), error.IsRateLimit, error.Backoff);
    }
}

/// <summary>The LID of a phone number.</summary>
/// <param name="Lid">The LID; <see langword="null"/> when WhatsApp knows none.</param>
internal readonly record struct LidFound(Jid? Lid);
