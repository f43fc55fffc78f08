using Wuts.Core.Identity;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Stores;

/// <summary>
/// The people of a tenant and the verified links between their addresses. Contract device-profile, part B. Every method is one
/// transaction that sees a consistent state of the tenant.
/// </summary>
public interface ILinkStore
{
    /// <summary>The records of some addresses; one is made for each address that has none. TM-2.</summary>
    Task<IReadOnlyList<PersonRecord>> GetOrCreateAsync(TenantId tenant, IReadOnlyCollection<Jid> jids, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The links of a record, present and past, the newest first.</summary>
    Task<IReadOnlyList<PersonLink>> ReadLinksAsync(TenantId tenant, PersonId person, CancellationToken cancellationToken);

    /// <summary>All present links of a tenant, in no particular order. Makes no record.</summary>
    Task<IReadOnlyList<PersonLink>> ReadPresentLinksAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>
    /// Links the records of two addresses. With <paramref name="endOthers"/> present links of both to others are ended first
    /// (an operator decided); without, their existence is a conflict. TM-4, TM-7.
    /// </summary>
    Task<LinkResult> LinkAsync(TenantId tenant, NewLink link, bool endOthers, CancellationToken cancellationToken);

    /// <summary>Ends a link. TM-8.</summary>
    /// <returns>The link as it is now; <see langword="null"/> when there is none with this id in the tenant.</returns>
    Task<PersonLink?> EndAsync(TenantId tenant, Guid link, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps a verification that was opened. Only the hash of its token is in it. TM-6.</summary>
    Task AddVerificationAsync(TenantId tenant, Verification verification, CancellationToken cancellationToken);

    /// <summary>Counts a try and returns the verification as it was before it, or <see langword="null"/>.</summary>
    Task<Verification?> TakeTryAsync(TenantId tenant, Guid verification, CancellationToken cancellationToken);

    /// <summary>Marks a verification as used.</summary>
    /// <returns>Whether this call did it: of two at the same time only one does.</returns>
    Task<bool> UseVerificationAsync(TenantId tenant, Guid verification, DateTimeOffset now, CancellationToken cancellationToken);
}
