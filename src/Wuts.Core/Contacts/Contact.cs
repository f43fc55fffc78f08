using Microsoft.Extensions.Logging;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Queries;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Contacts;

/// <summary>
/// What one device may see of one person or group, with the age of every part. A plain class whose turns an engine runs one at a
/// time. What it learns is stored at once, so that its end needs nothing.
/// </summary>
public sealed partial class Contact : IContact
{
    private static readonly ContactParts[] SingleParts =
        [ContactParts.About, ContactParts.Picture, ContactParts.Devices, ContactParts.Business];

    private readonly DeviceId _deviceId;
    private readonly Jid _jid;
    private readonly ContactServices _services;
    private readonly IDevice _device;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SingleFlight<string, Answer<Done>> _asking = new();
    private readonly TurnLock _saving = new();
    private readonly Dictionary<ContactParts, int> _voided = [];
    private ContactState _state = new();
    private (ContactState State, long? Lease)? _stored;
    private bool _forgotten;

    // The last that is known of the device: what was learnt under it may be stored until somebody else owns the device.
    private long? _lease;

    /// <summary>Creates the actor; nothing is read before <see cref="ActivateAsync"/>.</summary>
    /// <param name="deviceId">Through which device it is seen.</param>
    /// <param name="jid">Whom it is about, without device part.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="device">The device.</param>
    public Contact(DeviceId deviceId, Jid jid, ContactServices services, IDevice device)
    {
        ArgumentNullException.ThrowIfNull(services);
        _deviceId = deviceId;
        _jid = jid.ToBase();
        _services = services;
        _device = device;
        _time = services.Time;
        _logger = services.Loggers.CreateLogger("Wuts.Core.Contact");
    }

    /// <summary>Called in the first turn: reads what was learnt in an earlier life.</summary>
    public async Task ActivateAsync()
    {
        try
        {
            var cached = await _services.Cache.LoadAsync(_deviceId, _jid, CancellationToken.None);
            _state = cached.State ?? new ContactState();
            _stored = (_state, cached.Lease);
            NoteLease(cached.Lease);
        }
        catch (Exception failure) when (Failures.IsStorage(failure))
        {
            // It is a cache: without it everything is asked anew.
            LogNotLoaded(_logger, _deviceId, failure);
        }
    }

    /// <summary>The device was unlinked: nothing that is still on its way is stored.</summary>
    public void Forget()
    {
        _forgotten = true;
        _state = new ContactState();
    }

    /// <inheritdoc/>
    public async Task<Answer<Done>> InvalidateAsync(ContactParts parts, string? newPictureId, long lease, CancellationToken cancellationToken)
    {
        NoteLease(lease);
        if (parts.HasFlag(ContactParts.Hidden))
        {
            parts |= _state.About is { Value.Visibility: Visibility.Hidden } ? ContactParts.About : 0;
            parts |= IsPictureHidden ? ContactParts.Picture : 0;
        }

        foreach (var part in SingleParts.Where(p => parts.HasFlag(p)))
        {
            // An answer that is on its way may be from before the change: it is not kept.
            _voided[part] = _voided.GetValueOrDefault(part) + 1;
        }

        var without = Without(_state, parts);
        if (parts.HasFlag(ContactParts.Picture) && newPictureId is { Length: > 0 })
        {
            without = without with { PictureId = new(Seen.Shown(newPictureId), _time.GetUtcNow()) };
        }

        _state = without == _state ? _state : without;

        // Also while the process is in doubt: what is void must not come back, and the lease in its hand is the owner's.
        return await SaveAsync(evenInDoubt: true) is { } failure ? failure : Done.Instance;
    }

    private bool IsPictureHidden =>
        _state.PictureId is { Value.Visibility: Visibility.Hidden } || _state.Preview is { Value.Visibility: Visibility.Hidden }
        || _state.Full is { Value.Visibility: Visibility.Hidden };

    private static ContactState Without(ContactState state, ContactParts parts)
    {
        if (parts.HasFlag(ContactParts.About))
        {
            state = state with { About = null };
        }

        if (parts.HasFlag(ContactParts.Picture))
        {
            state = state with { PictureId = null, Preview = null, Full = null };
        }

        if (parts.HasFlag(ContactParts.Devices))
        {
            state = state with { Devices = null };
        }

        return parts.HasFlag(ContactParts.Business) ? state with { VerifiedName = null, Business = null } : state;
    }

    /// <summary>Remembers which parts were void when a question was asked.</summary>
    private Func<ContactParts, bool> Watch()
    {
        var before = SingleParts.ToDictionary(p => p, p => _voided.GetValueOrDefault(p));
        return part => before[part] == _voided.GetValueOrDefault(part);
    }

    /// <summary>Under which lease something may be stored now.</summary>
    private long? StoringLease => _forgotten || _services.Leases.IsDoubted ? null : _lease;

    // They grow with every owner, and answers of an earlier one may come late.
    private void NoteLease(long? lease) => _lease = lease > _lease || _lease is null ? lease : _lease;

    /// <summary>
    /// Stores what is known, unless it is stored. One write follows the other, each with what is known in its moment: the one that was
    /// begun first may not be the one that ends last, and would bring back what is void. What was stored under an earlier lease may have
    /// come too late to count, and nobody says so.
    /// </summary>
    /// <returns>Why it could not be stored.</returns>
    private async Task<Failure?> SaveAsync(bool evenInDoubt = false)
    {
        using (await _saving.EnterAsync(CancellationToken.None))
        {
            var state = _state;
            if ((evenInDoubt && !_forgotten ? _lease : StoringLease) is not { } lease
                || (_stored is { } stored && ReferenceEquals(state, stored.State) && lease == stored.Lease))
            {
                return null;
            }

            try
            {
                await _services.Cache.SaveAsync(_deviceId, _jid, state, lease, CancellationToken.None);
                _stored = (state, lease);
                return null;
            }
            catch (Exception failure) when (Failures.IsStorage(failure))
            {
                LogNotSaved(_logger, _deviceId, failure);
                return new Failure.Unavailable(Failures.StorageRetry);
            }
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "{Device}: what is cached about a contact could not be read")]
    private static partial void LogNotLoaded(ILogger logger, DeviceId device, Exception failure);

    [LoggerMessage(2202, LogLevel.Warning, "{Device}: what was learnt about a contact could not be stored")]
    private static partial void LogNotSaved(ILogger logger, DeviceId device, Exception failure);

    [LoggerMessage(2203, LogLevel.Information, "{Device}: a picture could not be fetched")]
    private static partial void LogNoPicture(ILogger logger, DeviceId device, Exception failure);
}
