using Wuts.Core.Contacts;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Identity;

/// <summary>
/// Says which LID is which phone number: stored pairs first, then a group's members, then one live lookup for numbers whose LID is
/// not known. WhatsApp does not tell the number of a LID, so those are not looked up. Contract wuts 3.4.
/// </summary>
/// <param name="data">What the device holds.</param>
/// <param name="book">Names.</param>
/// <param name="time">The clock.</param>
internal sealed class IdentityResolver(IDeviceData data, ContactBook book, TimeProvider time)
{
    /// <summary>Resolves addresses.</summary>
    /// <param name="request">Which.</param>
    /// <param name="members">The members of the group of the request; empty without one.</param>
    /// <param name="lookUp">Asks WhatsApp for the LID of a number; <see langword="null"/> when nothing is to be looked up.</param>
    /// <param name="unknown">Numbers for which WhatsApp knew no LID lately, with the time: they are not asked again for an hour.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<Resolution>> ResolveAsync(
        ResolveRequest request, IReadOnlyList<GroupMember> members, Func<Jid, Task<Answer<Jid?>>>? lookUp,
        Dictionary<Jid, DateTimeOffset> unknown, CancellationToken cancellationToken)
    {
        var views = await book.FindAsync(request.Jids, cancellationToken);
        var found = new (Jid? Phone, Jid? Lid)[views.Count];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = (views[i].Phone, views[i].Lid);
            if (found[i] is { Phone: null } or { Lid: null } && FindMember(members, request.Jids[i]) is { } member)
            {
                found[i] = (found[i].Phone ?? member.PhoneJid, found[i].Lid ?? member.LidJid);
            }
        }

        if (lookUp is not null)
        {
            await LookUpAsync(found, lookUp, unknown);
        }

        // The other address may have brought names that were not stored under the one that was asked.
        var both = await book.FindAsync([.. found.Select((f, i) => f.Phone ?? f.Lid ?? request.Jids[i])], cancellationToken);
        var resolutions = new List<Resolution>(found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            resolutions.Add(new Resolution(request.Jids[i], found[i].Phone, found[i].Lid)
            {
                FirstName = views[i].FirstName ?? both[i].FirstName,
                FullName = views[i].FullName ?? both[i].FullName,
                PushName = views[i].PushName ?? both[i].PushName,
                BusinessName = views[i].BusinessName ?? both[i].BusinessName,
                History = request.Explain ? await data.ReadPairHistoryAsync(request.Jids[i], cancellationToken) : [],
            });
        }

        return resolutions;
    }

    private async Task LookUpAsync((Jid? Phone, Jid? Lid)[] found, Func<Jid, Task<Answer<Jid?>>> lookUp, Dictionary<Jid, DateTimeOffset> unknown)
    {
        var now = time.GetUtcNow();
        var asks = new List<(int Index, Jid Phone, Task<Answer<Jid?>> Answer)>();
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is { Phone: { } phone, Lid: null } && !(unknown.TryGetValue(phone, out var at) && now - at < Freshness.Negative))
            {
                asks.Add((i, phone, lookUp(phone)));
            }
        }

        foreach (var (index, phone, asked) in asks)
        {
            // A lookup that failed leaves the number as it is: unknown, which is what the answer says.
            var answer = await asked;
            if (answer.Failure is null)
            {
                found[index].Lid = answer.Value;
                if (answer.Value is null)
                {
                    unknown[phone] = now;
                }
            }
        }
    }

    private static GroupMember? FindMember(IReadOnlyList<GroupMember> members, Jid jid) =>
        members.FirstOrDefault(m => m.Jid == jid || m.PhoneJid == jid || m.LidJid == jid);
}
