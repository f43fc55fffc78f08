using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Stores;

/// <summary>Where contact actors keep what they have learnt, so that a restart does not ask WhatsApp again.</summary>
public interface IContactCacheStore
{
    /// <summary>What is kept about somebody, and under which lease more may be.</summary>
    Task<CachedContact> LoadAsync(DeviceId device, Jid jid, CancellationToken cancellationToken);

    /// <summary>Replaces what is kept about somebody. Last writer wins: it is a cache.</summary>
    /// <param name="device">Through which device it was learnt.</param>
    /// <param name="jid">Whom it is about.</param>
    /// <param name="state">All of it.</param>
    /// <param name="lease">
    /// Number of the lease under which the device learnt it; when a later one was given out since, nothing is stored.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task SaveAsync(DeviceId device, Jid jid, ContactState state, long lease, CancellationToken cancellationToken);

    /// <summary>The stored file of a picture; <see langword="null"/> when there is none.</summary>
    Task<StoredPicture?> LoadPictureAsync(DeviceId device, Jid jid, PictureSize size, CancellationToken cancellationToken);

    /// <summary>Replaces the stored file of a picture, under the same condition as <see cref="SaveAsync"/>.</summary>
    Task SavePictureAsync(DeviceId device, Jid jid, PictureSize size, StoredPicture picture, long lease, CancellationToken cancellationToken);
}

/// <summary>What the store has about somebody.</summary>
/// <param name="State">What is kept; <see langword="null"/> when nothing is.</param>
/// <param name="Lease">Number of the device's last lease; <see langword="null"/> when nobody ever owned it.</param>
public readonly record struct CachedContact(ContactState? State, long? Lease);

/// <summary>A picture's file in the store.</summary>
/// <param name="Id">The picture's id.</param>
/// <param name="Jpeg">The file.</param>
public sealed record StoredPicture(string Id, ReadOnlyMemory<byte> Jpeg);

/// <summary>What a contact actor keeps: every part with the time at which WhatsApp said it.</summary>
public sealed record ContactState
{
    /// <summary>By phone number, when known.</summary>
    public Jid? Phone { get; init; }

    /// <summary>By LID, when known.</summary>
    public Jid? Lid { get; init; }

    /// <summary>Whether WhatsApp knows the person.</summary>
    public Timed<bool>? Exists { get; init; }

    /// <summary>The about text.</summary>
    public Timed<Seen<string>>? About { get; init; }

    /// <summary>Id of the current picture, as a lookup or a notification told.</summary>
    public Timed<Seen<string>>? PictureId { get; init; }

    /// <summary>Address of the preview.</summary>
    public Timed<Seen<PictureInfo>>? Preview { get; init; }

    /// <summary>Address of the full picture.</summary>
    public Timed<Seen<PictureInfo>>? Full { get; init; }

    /// <summary>Device numbers.</summary>
    public Timed<IReadOnlyList<ushort>>? Devices { get; init; }

    /// <summary>The verified business name; a value of <see langword="null"/> says that there is none.</summary>
    public Timed<VerifiedName?>? VerifiedName { get; init; }

    /// <summary>The business profile; a value of <see langword="null"/> says that there is none.</summary>
    public Timed<BusinessProfile?>? Business { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(ContactState);
}

/// <summary>A value and when it was true.</summary>
/// <param name="Value">The value.</param>
/// <param name="At">When WhatsApp said so.</param>
public sealed record Timed<T>(T Value, DateTimeOffset At);
