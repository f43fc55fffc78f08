using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Queries;

namespace Wuts.Grains.Calls;

/// <summary>A contact that lives somewhere in the cluster.</summary>
internal sealed class GrainContact(IContactGrain grain, TimeProvider time) : IContact
{
    /// <inheritdoc/>
    public Task<Answer<ContactProfile>> GetProfileAsync(TimeSpan maxAge, bool withBusiness, CancellationToken cancellationToken) =>
        AskAsync(token => grain.GetProfileAsync(maxAge, withBusiness, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<ContactPicture>> GetPictureAsync(
        PictureSize size, string? existingId, TimeSpan maxAge, CancellationToken cancellationToken) =>
        AskAsync(token => grain.GetPictureAsync(size, existingId, maxAge, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureFile>> GetPictureFileAsync(PictureSize size, TimeSpan maxAge, CancellationToken cancellationToken) =>
        AskAsync(token => grain.GetPictureFileAsync(size, maxAge, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> InvalidateAsync(ContactParts parts, string? newPictureId, long lease, CancellationToken cancellationToken) =>
        AskAsync(token => grain.InvalidateAsync(parts, newPictureId, lease, token), cancellationToken);

    private Task<Answer<T>> AskAsync<T>(Func<CancellationToken, Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        GrainCalls.AskRepeatedlyAsync(call, GrainCalls.Query, time, cancellationToken);
}
