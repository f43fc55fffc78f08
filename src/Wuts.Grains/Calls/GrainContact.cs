using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Queries;

namespace Wuts.Grains.Calls;

/// <summary>A contact that lives somewhere in the cluster.</summary>
internal sealed class GrainContact(IContactGrain grain, TimeProvider time) : IContact
{
    /// <inheritdoc/>
    public Task<Answer<ContactProfile>> GetProfileAsync(TimeSpan maxAge, bool withBusiness, CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetProfileAsync(maxAge, withBusiness, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<ContactPicture>> GetPictureAsync(
        PictureSize size, string? existingId, TimeSpan maxAge, CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetPictureAsync(size, existingId, maxAge, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureFile>> GetPictureFileAsync(PictureSize size, TimeSpan maxAge, CancellationToken cancellationToken) =>
        AskAsync(() => grain.GetPictureFileAsync(size, maxAge, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task InvalidateAsync(ContactParts parts, string? newPictureId, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await grain.InvalidateAsync(parts, newPictureId, cancellationToken);
            return (Answer<Done>)Done.Instance;
        },
        cancellationToken);

    private Task<Answer<T>> AskAsync<T>(Func<Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        GrainCalls.AskAsync(call, GrainCalls.Query, time, cancellationToken);
}
