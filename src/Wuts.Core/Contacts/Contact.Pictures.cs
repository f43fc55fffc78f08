using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Contacts;

/// <content>Pictures: where they are, and their files.</content>
public sealed partial class Contact
{
    // An address that is about to expire is of no use to whoever gets it.
    private static readonly TimeSpan UrlMargin = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public async Task<Answer<ContactPicture>> GetPictureAsync(
        PictureSize size, string? existingId, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (!_jid.IsPerson && !_jid.IsGroup)
        {
            return new Failure.Invalid("jid", "Pictures exist for people and groups.");
        }

        var asked = _time.GetUtcNow();
        var cached = IsPictureUsable(size, maxAge, asked);
        _services.Metrics.CacheRead("picture", cached);
        if (!cached)
        {
            var answer = await _asking.RunAsync($"picture {size} {existingId}", () => AskPictureAsync(size, existingId), cancellationToken);
            if (answer.Failure is { } failure)
            {
                return failure;
            }
        }

        if (existingId is not null && _state.PictureId is { Value: { Visibility: Visibility.Shown, Value: var id }, At: var at } && id == existingId)
        {
            return new ContactPicture(Visibility.Shown, null, IsUnchanged: true, at);
        }

        return Picture(size) is { } picture
            ? new ContactPicture(picture.Value.Visibility, picture.Value.Value, IsUnchanged: false, picture.At)
            : new Failure.TimedOut();
    }

    /// <inheritdoc/>
    public async Task<Answer<PictureFile>> GetPictureFileAsync(PictureSize size, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var answer = await GetPictureAsync(size, null, maxAge, cancellationToken);
        if (!answer.TryGet(out var picture, out var failure))
        {
            return failure;
        }

        if (picture is not { Visibility: Visibility.Shown, Info: { } info })
        {
            return new PictureFile(picture.Visibility, null, default, picture.FetchedAt);
        }

        var fetched = await _asking.RunAsync($"file {size} {info.Id}", () => FetchAsync(size, info), cancellationToken);
        if (fetched.Failure is { } notFetched)
        {
            return notFetched;
        }

        // Between the two a change may have come: the file then belongs to the next picture, and its id says so.
        return await LoadFileAsync(size, cancellationToken) is { } file
            ? new PictureFile(Visibility.Shown, file.Id, file.Jpeg, picture.FetchedAt)
            : new Failure.Unavailable(Failures.StorageRetry);
    }

    private Timed<Seen<PictureInfo>>? Picture(PictureSize size) => size == PictureSize.Full ? _state.Full : _state.Preview;

    private bool IsPictureUsable(PictureSize size, TimeSpan maxAge, DateTimeOffset now) =>
        Picture(size) is { } picture && picture.Allows(maxAge, now)
        && !(picture.Value.Value is { ExpiresAt: { } expiry } && expiry <= now + UrlMargin);

    private async Task<Answer<Done>> AskPictureAsync(PictureSize size, string? existingId)
    {
        var isCurrent = Watch();
        var answer = await _device.AskPictureAsync(_jid, size, existingId, QueryPriority.Interactive, CancellationToken.None);
        if (!answer.TryGet(out var outcome, out var failure))
        {
            return failure;
        }

        if (!isCurrent(ContactParts.Picture))
        {
            // The picture changed while it was asked for: what came may be the old one, so it is asked once more.
            isCurrent = Watch();
            answer = await _device.AskPictureAsync(_jid, size, existingId, QueryPriority.Interactive, CancellationToken.None);
            if (!answer.TryGet(out outcome, out failure))
            {
                return failure;
            }
        }

        NoteLease(answer.Lease);
        var now = _time.GetUtcNow();
        _state = outcome switch
        {
            PictureOutcome.Found found => With(size, Seen.Shown(found.Info), Seen.Shown(found.Info.Id), now),
            PictureOutcome.Unchanged => _state with { PictureId = new(Seen.Shown(existingId ?? ""), now) },
            PictureOutcome.NotSet => With(size, Seen<PictureInfo>.NotSet, Seen<string>.NotSet, now),
            _ => With(size, Seen<PictureInfo>.Hidden, Seen<string>.Hidden, now),
        };
        await SaveAsync();
        return Done.Instance;
    }

    private ContactState With(PictureSize size, Seen<PictureInfo> picture, Seen<string> id, DateTimeOffset at)
    {
        var state = WithPictureId(_state, id, at);
        return size == PictureSize.Full ? state with { Full = new(picture, at) } : state with { Preview = new(picture, at) };
    }

    /// <summary>Fetches the file unless it is stored; a picture is fetched once.</summary>
    private async Task<Answer<Done>> FetchAsync(PictureSize size, PictureInfo info)
    {
        var stored = await LoadFileAsync(size, CancellationToken.None);
        _services.Metrics.CacheRead("file", stored?.Id == info.Id);
        if (stored?.Id == info.Id)
        {
            return Done.Instance;
        }

        try
        {
            var file = await DownloadAsync(size, info);
            if (file is null)
            {
                return new Failure.NotFound(MissingThing.Picture);
            }

            if (StoringLease is { } lease)
            {
                await _services.Cache.SavePictureAsync(_deviceId, _jid, size, file, lease, CancellationToken.None);
            }

            return Done.Instance;
        }
        catch (PictureUnavailableException unavailable)
        {
            LogNoPicture(_logger, _deviceId, unavailable);
            return unavailable.InnerException is null ? new Failure.Refused(0) : new Failure.TimedOut();
        }
        catch (Exception failure) when (Failures.IsStorage(failure))
        {
            LogNotSaved(_logger, _deviceId, failure);
            return new Failure.Unavailable(Failures.StorageRetry);
        }
    }

    private async Task<StoredPicture?> DownloadAsync(PictureSize size, PictureInfo info)
    {
        try
        {
            return new StoredPicture(info.Id, await _services.Pictures.DownloadAsync(info, CancellationToken.None));
        }
        catch (PictureUnavailableException gone) when (gone.IsGone)
        {
            // The address expired early: another one is asked for, once.
            var answer = await AskPictureAsync(size, null);
            return answer.Failure is null && Picture(size) is { Value.Value: { } renewed }
                ? new StoredPicture(renewed.Id, await _services.Pictures.DownloadAsync(renewed, CancellationToken.None))
                : null;
        }
    }

    private async Task<StoredPicture?> LoadFileAsync(PictureSize size, CancellationToken cancellationToken)
    {
        try
        {
            return await _services.Cache.LoadPictureAsync(_deviceId, _jid, size, cancellationToken);
        }
        catch (Exception failure) when (Failures.IsStorage(failure))
        {
            LogNotLoaded(_logger, _deviceId, failure);
            return null;
        }
    }
}
