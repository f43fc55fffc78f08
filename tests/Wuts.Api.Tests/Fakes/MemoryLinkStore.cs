using Wuts.Core.Identity;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.Fakes;

/// <summary>People and links in memory.</summary>
internal sealed class MemoryLinkStore : ILinkStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(TenantId, Jid), PersonRecord> _people = [];
    private readonly List<(TenantId Tenant, PersonLink Link)> _links = [];
    private readonly Dictionary<(TenantId, Guid), Verification> _verifications = [];

    /// <summary>How many records there are.</summary>
    public int People
    {
        get
        {
            lock (_lock)
            {
                return _people.Count;
            }
        }
    }

    public Task<IReadOnlyList<PersonRecord>> GetOrCreateAsync(
        TenantId tenant, IReadOnlyCollection<Jid> jids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<PersonRecord>>([.. jids.Select(jid => GetOrCreate(tenant, jid, now))]);
        }
    }

    public Task<IReadOnlyList<PersonLink>> ReadLinksAsync(TenantId tenant, PersonId person, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<PersonLink>>(
                [.. Of(tenant).Where(link => link.Left == person || link.Right == person).OrderByDescending(link => link.Link.At)]);
        }
    }

    public Task<IReadOnlyList<PersonLink>> ReadPresentLinksAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<PersonLink>>([.. Of(tenant).Where(link => link.EndedAt is null)]);
        }
    }

    public Task<LinkResult> LinkAsync(TenantId tenant, NewLink link, bool endOthers, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var left = GetOrCreate(tenant, link.Phone, link.At).Id;
            var right = GetOrCreate(tenant, link.Lid, link.At).Id;
            var present = Of(tenant).Where(other => other.EndedAt is null && (other.Left == left || other.Right == right)).ToList();
            if (present.Find(other => other.Left == left && other.Right == right) is { } same)
            {
                return Task.FromResult<LinkResult>(new LinkResult.Linked(same));
            }

            if (present.Count > 0 && !endOthers)
            {
                return Task.FromResult<LinkResult>(new LinkResult.Conflict(present));
            }

            foreach (var other in present)
            {
                End(tenant, other, link.At);
            }

            var made = new PersonLink(link, left, right, null);
            _links.Add((tenant, made));
            return Task.FromResult<LinkResult>(new LinkResult.Linked(made));
        }
    }

    public Task<PersonLink?> EndAsync(TenantId tenant, Guid link, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var found = Of(tenant).FirstOrDefault(other => other.Link.Id == link);
            return Task.FromResult(found is null || found.EndedAt is not null ? found : End(tenant, found, now));
        }
    }

    public Task AddVerificationAsync(TenantId tenant, Verification verification, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _verifications.Add((tenant, verification.Id), verification);
        }

        return Task.CompletedTask;
    }

    public Task<Verification?> TakeTryAsync(TenantId tenant, Guid verification, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_verifications.TryGetValue((tenant, verification), out var found))
            {
                _verifications[(tenant, verification)] = found with { TriesLeft = Math.Max(0, found.TriesLeft - 1) };
            }

            return Task.FromResult(found);
        }
    }

    public Task<bool> UseVerificationAsync(TenantId tenant, Guid verification, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var found = _verifications[(tenant, verification)];
            _verifications[(tenant, verification)] = found with { UsedAt = found.UsedAt ?? now };
            return Task.FromResult(found.UsedAt is null);
        }
    }

    private IEnumerable<PersonLink> Of(TenantId tenant) => _links.Where(entry => entry.Tenant == tenant).Select(entry => entry.Link);

    private PersonLink End(TenantId tenant, PersonLink link, DateTimeOffset now)
    {
        var ended = link with { EndedAt = now };
        _links[_links.IndexOf((tenant, link))] = (tenant, ended);
        return ended;
    }

    private PersonRecord GetOrCreate(TenantId tenant, Jid jid, DateTimeOffset now)
    {
        if (!_people.TryGetValue((tenant, jid), out var person))
        {
            var id = new PersonId(Guid.NewGuid());
            _people[(tenant, jid)] = person = new PersonRecord(id, jid, now, id);
        }

        return person with { Root = RootOf(tenant, person.Id) };
    }

    // The record of the phone number speaks for those that are linked to it.
    private PersonId RootOf(TenantId tenant, PersonId person) =>
        Of(tenant).FirstOrDefault(link => link.EndedAt is null && link.Right == person)?.Left ?? person;
}
