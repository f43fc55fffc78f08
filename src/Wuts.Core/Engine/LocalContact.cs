using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Engine;

/// <summary>A contact of the local engine: every call runs in the turns of its actor.</summary>
internal sealed class LocalContact(LocalEngine engine, DeviceId id, Jid jid) : IContact
{
    /// <inheritdoc/>
    public Task<Answer<ContactProfile>> GetProfileAsync(TimeSpan maxAge, bool withBusiness, CancellationToken cancellationToken) =>
        engine.CallAsync(id, jid, c => c.GetProfileAsync(maxAge, withBusiness, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<ContactPicture>> GetPictureAsync(
        PictureSize size, string? existingId, TimeSpan maxAge, CancellationToken cancellationToken) =>
        engine.CallAsync(id, jid, c => c.GetPictureAsync(size, existingId, maxAge, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureFile>> GetPictureFileAsync(PictureSize size, TimeSpan maxAge, CancellationToken cancellationToken) =>
        engine.CallAsync(id, jid, c => c.GetPictureFileAsync(size, maxAge, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> InvalidateAsync(ContactParts parts, string? newPictureId, long lease, CancellationToken cancellationToken) =>
        engine.CallAsync(id, jid, c => c.InvalidateAsync(parts, newPictureId, lease, cancellationToken), cancellationToken);
}
