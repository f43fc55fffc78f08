using System.Collections.Concurrent;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.DeviceProfile;

/// <summary>
/// Gives every address that a profile shows a record of its own when it is seen for the first time. That two of them were shown
/// together links nothing. Contract device-profile TM-2, TM-3.
/// </summary>
internal sealed class FirstSight(ILinkStore store, TimeProvider time)
{
    private const int MaxRemembered = 50_000;

    private readonly ConcurrentDictionary<(TenantId, Jid), byte> _seen = new();

    /// <summary>Makes the records that are missing. Addresses that were seen before cost nothing.</summary>
    public async ValueTask RecordAsync(TenantId tenant, SeenContact contact, CancellationToken cancellationToken)
    {
        var unseen = new[] { contact.Jid, contact.Phone, contact.Lid }
            .OfType<Jid>()
            .Distinct()
            .Where(jid => !_seen.ContainsKey((tenant, jid)))
            .ToArray();
        if (unseen.Length == 0)
        {
            return;
        }

        await store.GetOrCreateAsync(tenant, unseen, time.GetUtcNow(), cancellationToken);
        if (_seen.Count >= MaxRemembered)
        {
            _seen.Clear();
        }

        foreach (var jid in unseen)
        {
            _seen[(tenant, jid)] = 0;
        }
    }
}
