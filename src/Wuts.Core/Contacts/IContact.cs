using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Contacts;

/// <summary>
/// What one device may see of one person or group, cached with the age of every part. Equal questions in flight are one;
/// notifications drop what they make void; what WhatsApp says about absence is remembered like anything else.
/// </summary>
/// <remarks>
/// Fails as the questions of <see cref="Devices.IDevice"/> do, and with <see cref="Failure.NotFound"/> for a number that is not on
/// WhatsApp. That something is not set or hidden is a value.
/// </remarks>
public interface IContact
{
    /// <summary>
    /// About, picture id, devices, business: each from the cache when it is young enough. When WhatsApp cannot be asked just now and
    /// nothing is, older parts, which <see cref="ContactProfile.Unrenewed"/> says; never with a <paramref name="maxAge"/> of zero.
    /// Contract wuts 3.2.
    /// </summary>
    /// <param name="maxAge">How old a part may be; zero asks WhatsApp.</param>
    /// <param name="withBusiness">Whether the business profile is wanted too; it is a query of its own.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<ContactProfile>> GetProfileAsync(TimeSpan maxAge, bool withBusiness, CancellationToken cancellationToken);

    /// <summary>The picture's address at WhatsApp, which expires. Contract wuts 3.3, sync section 6.</summary>
    /// <param name="size">Preview or full.</param>
    /// <param name="existingId">The picture that the caller has; when it is still the one, the answer says so.</param>
    /// <param name="maxAge">How old the answer may be.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<ContactPicture>> GetPictureAsync(PictureSize size, string? existingId, TimeSpan maxAge, CancellationToken cancellationToken);

    /// <summary>The picture itself: stored bytes, fetched once per picture.</summary>
    Task<Answer<PictureFile>> GetPictureFileAsync(PictureSize size, TimeSpan maxAge, CancellationToken cancellationToken);

    /// <summary>
    /// Something made parts of the cache void. It is done when that is stored; until then the failure says that it has to be said again.
    /// </summary>
    /// <param name="parts">Which.</param>
    /// <param name="newPictureId">The picture that there is now, when that is known.</param>
    /// <param name="lease">Number of the lease under which the device learnt it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Answer<Done>> InvalidateAsync(ContactParts parts, string? newPictureId, long lease, CancellationToken cancellationToken);
}

/// <summary>Parts of what is cached about somebody.</summary>
[Flags]
public enum ContactParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The about text.</summary>
    About = 1,

    /// <summary>The picture in all sizes.</summary>
    Picture = 2,

    /// <summary>The device list.</summary>
    Devices = 4,

    /// <summary>Business name and profile.</summary>
    Business = 8,

    /// <summary>About and picture if they were hidden: a token of the person may have made them visible.</summary>
    Hidden = 16,

    /// <summary>Everything.</summary>
    All = About | Picture | Devices | Business,
}
