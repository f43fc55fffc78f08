using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Contacts;

/// <content>About, picture id, devices, business.</content>
public sealed partial class Contact
{
    // No version of the book is as high, so nothing but the present one is told.
    private static readonly ContactListRequest AskVersion = new() { Since = long.MaxValue };

    private MadeProfile? _made;

    /// <inheritdoc/>
    public async Task<Answer<ContactProfile>> GetProfileAsync(TimeSpan maxAge, bool withBusiness, CancellationToken cancellationToken)
    {
        if (!_jid.IsPerson)
        {
            return new Failure.Invalid("jid", "Only people have a profile.");
        }

        var asked = _time.GetUtcNow();
        Failure? failure = null;
        var cached = IsLookedUp(maxAge, asked);
        _services.Metrics.CacheRead("profile", cached);
        if (!cached)
        {
            failure = (await _asking.RunAsync("user", LookUpAsync, cancellationToken)).Failure;
        }

        if (_state.Exists is { Value: false } missing && (failure is null || missing.Allows(Freshness.Negative, asked)))
        {
            return new Failure.NotFound(MissingThing.Contact);
        }

        if (withBusiness && failure is null && !IsUsable(_state.Business, maxAge, asked))
        {
            // A failing business profile does not fail the whole: it is then not known.
            await _asking.RunAsync("business", AskBusinessAsync, cancellationToken);
        }

        // While every part is young enough the profile depends on nothing but what is cached and on the book.
        var known = IsLookedUp(maxAge, asked) && (!withBusiness || IsUsable(_state.Business, maxAge, asked)) ? _made : null;
        var book = await _device.ListContactsAsync(known?.Request ?? AskVersion, cancellationToken);
        if (known is not null && ReferenceEquals(known.State, _state) && book.Value is { IsUnchanged: true } same && known.Profile.IsStale == same.StaleSince.HasValue)
        {
            return known.Profile;
        }

        if (book.Failure is Failure.Unavailable unavailable)
        {
            // Without the book names and numbers are missing, and a profile without them is wrong: the last one, or none.
            return failure is null && known is not null && ReferenceEquals(known.State, _state) ? known.Profile with { IsStale = true } : unavailable;
        }

        var isStale = book.Value is not { StaleSince: null };
        var state = _state;
        if (!(await MakeProfileAsync(maxAge, asked, cancellationToken)).TryGet(out var profile, out var notMade))
        {
            return notMade;
        }

        if (failure is not null && profile.AsOf == DateTimeOffset.MaxValue)
        {
            if (maxAge <= TimeSpan.Zero || failure is not (Failure.TimedOut or Failure.RateLimited or Failure.Refused))
            {
                return failure;
            }

            // What was true lately and was not said to have changed is better than nothing, for those who want it.
            var older = await MakeProfileAsync(Freshness.Unrenewed, asked, cancellationToken);
            return older.Value is not { } last || last.AsOf == DateTimeOffset.MaxValue ? failure : last with { Unrenewed = failure, IsStale = isStale };
        }

        profile = profile with { AsOf = Earlier(profile.AsOf, asked), IsStale = isStale };
        var isWhole = ReferenceEquals(state, _state) && IsLookedUp(maxAge, asked)
            && (_state.Business is null || IsUsable(_state.Business, maxAge, asked));
        _made = isWhole && book.Value is { Version: var version } ? new MadeProfile(profile, state, version) : null;
        return profile;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private bool IsLookedUp(TimeSpan maxAge, DateTimeOffset now) =>
        _state.Exists is { } exists && exists.Allows(exists.Value ? maxAge : Earlier(maxAge, Freshness.Negative), now)
        && (!exists.Value
            || (_state.About.Allows(maxAge, now) && _state.PictureId.Allows(maxAge, now) && _state.Devices.Allows(maxAge, now)
                && _state.VerifiedName.Allows(maxAge, now)));

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Whether a part may be shown: it is young enough, or it was learnt for this very call.</summary>
    private static bool IsUsable<T>(Timed<T>? part, TimeSpan maxAge, DateTimeOffset asked) => part is not null && (part.At >= asked || part.Allows(maxAge, asked));

    private static bool IsUsable<T>(Timed<Seen<T>>? part, TimeSpan maxAge, DateTimeOffset asked) =>
        part is not null && (part.At >= asked || part.Allows(maxAge, asked));

    private async Task<Answer<Done>> LookUpAsync()
    {
        var isCurrent = Watch();
        var answer = await _device.LookUpAsync(_jid, QueryPriority.Interactive, CancellationToken.None);
        if (!answer.TryGet(out var info, out var failure))
        {
            return failure;
        }

        NoteLease(answer.Lease);
        var at = info.AsOf;
        var known = _state;
        _state = known with
        {
            Phone = info.Phone ?? known.Phone,
            Lid = info.Lid ?? known.Lid,
            Exists = info.Exists is { } exists ? new(exists, at) : new(true, at),
            About = isCurrent(ContactParts.About) && info.About.Visibility != Visibility.Unknown ? new(info.About, at) : known.About,
            Devices = isCurrent(ContactParts.Devices) && info.Devices is { } devices ? new(devices, at) : known.Devices,
            VerifiedName = isCurrent(ContactParts.Business) && info.IsBusinessKnown ? new(info.VerifiedName, at) : known.VerifiedName,
            Business = isCurrent(ContactParts.Business) && info is { IsBusinessKnown: true, IsBusiness: false } ? new(null, at) : known.Business,
        };
        if (isCurrent(ContactParts.Picture) && info.PictureId.Visibility != Visibility.Unknown)
        {
            _state = WithPictureId(_state, info.PictureId, at);
        }

        await SaveAsync();
        return Done.Instance;
    }

    /// <summary>Another picture than the one that is known makes the known addresses void.</summary>
    private static ContactState WithPictureId(ContactState state, Seen<string> id, DateTimeOffset at) => state with
    {
        PictureId = new(id, at),
        Preview = state.Preview?.Value.Value?.Id == id.Value ? state.Preview : null,
        Full = state.Full?.Value.Value?.Id == id.Value ? state.Full : null,
    };

    private async Task<Answer<Done>> AskBusinessAsync()
    {
        var isCurrent = Watch();
        var answer = await _device.AskBusinessAsync(_jid, QueryPriority.Interactive, CancellationToken.None);
        if (!answer.TryGet(out var found, out var failure))
        {
            return failure;
        }

        NoteLease(answer.Lease);
        if (isCurrent(ContactParts.Business))
        {
            _state = _state with { Business = new(found.Profile, _time.GetUtcNow()) };
            await SaveAsync();
        }

        return Done.Instance;
    }

    private async Task<Answer<ContactProfile>> MakeProfileAsync(TimeSpan maxAge, DateTimeOffset asked, CancellationToken cancellationToken)
    {
        var stored = await _device.FindContactsAsync([_jid], cancellationToken);
        if (stored.Failure is Failure.Unavailable unavailable)
        {
            return unavailable;
        }

        var view = stored.Value is [var first] ? first : null;
        var state = _state;
        var phone = _jid.IsPhone ? _jid : view?.Phone ?? state.Phone;
        var lid = _jid.IsLid ? _jid : view?.Lid ?? state.Lid;
        var about = IsUsable(state.About, maxAge, asked) ? state.About : null;
        var picture = IsUsable(state.PictureId, maxAge, asked) ? state.PictureId : null;
        var devices = IsUsable(state.Devices, maxAge, asked) ? state.Devices : null;
        var name = IsUsable(state.VerifiedName, maxAge, asked) ? state.VerifiedName : null;
        var business = IsUsable(state.Business, maxAge, asked) ? state.Business : null;
        DateTimeOffset?[] ages = [about?.At, picture?.At, devices?.At, name?.At];
        return new ContactProfile
        {
            Phone = phone,
            Lid = lid,
            About = about?.Value ?? Seen<string>.Unknown,
            PictureId = picture?.Value ?? Seen<string>.Unknown,
            Devices = [.. (devices?.Value ?? []).Order().Select(d => (phone ?? _jid).WithDevice(d))],
            VerifiedName = name?.Value,
            Business = business?.Value,
            PushName = view?.PushName,
            AsOf = ages.Min() ?? (state.Exists?.At >= asked ? asked : DateTimeOffset.MaxValue),
        };
    }

    /// <summary>A profile, what was cached when it was made, and the version of the book before.</summary>
    private sealed record MadeProfile(ContactProfile Profile, ContactState State, long Version)
    {
        public ContactListRequest Request { get; } = AskVersion with { KnownVersion = Version };
    }
}
