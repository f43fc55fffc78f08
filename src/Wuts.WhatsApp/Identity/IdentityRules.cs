using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Identity;

/// <summary>A pair of addresses as one source showed it at one time.</summary>
/// <param name="Pair">The addresses.</param>
/// <param name="Source">Where it was seen.</param>
/// <param name="SeenAt">When the source showed it, by the server's clock where it has one.</param>
public readonly record struct Observation(AddressPair Pair, ObservationSource Source, DateTimeOffset SeenAt);

/// <summary>A pair that holds now, with the best source that showed it and the last time it was shown.</summary>
/// <param name="Pair">The addresses.</param>
/// <param name="Source">The source with the highest class that showed it.</param>
/// <param name="LastSeenAt">When it was last shown.</param>
public readonly record struct CurrentPair(AddressPair Pair, ObservationSource Source, DateTimeOffset LastSeenAt);

/// <summary>What an observation changes. Pairs are closed, never deleted.</summary>
public abstract record IdentityDecision
{
    private IdentityDecision()
    {
    }

    /// <summary>Neither address was known: the pair holds from now on.</summary>
    public sealed record Open : IdentityDecision;

    /// <summary>The pair is known: note that it was seen again, and by which source if that one is better.</summary>
    public sealed record Confirm(bool BetterSource) : IdentityDecision;

    /// <summary>The pair holds from now on and ends others.</summary>
    /// <param name="Ended">The pairs that no longer hold: one or two.</param>
    /// <param name="PhoneHasNewLid">
    /// The number belongs to another LID than before, so perhaps to another person: drop what is cached about the number's
    /// profile, and tell the application. Sync section 5.4.
    /// </param>
    public sealed record Replace(IReadOnlyList<CurrentPair> Ended, bool PhoneHasNewLid) : IdentityDecision;

    /// <summary>A weak source contradicts what is known: keep it, and ask the server about the number.</summary>
    public sealed record AskServer(Jid Phone) : IdentityDecision;

    /// <summary>The observation is older or weaker than what is known, or may never be stored: nothing changes.</summary>
    public sealed record Ignore(string Reason) : IdentityDecision;
}

/// <summary>Decides what an observation of a LID and a phone number changes. Pure. Sync section 5.3.</summary>
public static class IdentityRules
{
    /// <summary>Decides.</summary>
    /// <param name="observation">What was seen.</param>
    /// <param name="byPhone">The pair that holds for the phone number, if any.</param>
    /// <param name="byLid">The pair that holds for the LID, if any.</param>
    /// <param name="own">The own account's pair, once known.</param>
    public static IdentityDecision Decide(Observation observation, CurrentPair? byPhone, CurrentPair? byLid, AddressPair? own)
    {
        var pair = observation.Pair;
        var sourceClass = observation.Source.ClassOf();
        if (own is { } self && sourceClass != SourceClass.Own && pair != self && (pair.Phone == self.Phone || pair.Lid == self.Lid))
        {
            return new IdentityDecision.Ignore("the own account is never paired with a foreign address");
        }

        if (byPhone is { } known && known.Pair == pair)
        {
            return new IdentityDecision.Confirm(sourceClass > known.Source.ClassOf());
        }

        List<CurrentPair> contradicted = [];
        if (byPhone is { } ofPhone)
        {
            contradicted.Add(ofPhone);
        }

        if (byLid is { } ofLid)
        {
            contradicted.Add(ofLid);
        }

        if (contradicted.Count == 0)
        {
            return new IdentityDecision.Open();
        }

        return Contradict(observation, sourceClass, contradicted, phoneHasNewLid: byPhone is not null);
    }

    private static IdentityDecision Contradict(
        Observation observation, SourceClass sourceClass, List<CurrentPair> contradicted, bool phoneHasNewLid)
    {
        var strongest = contradicted.Max(p => p.Source.ClassOf());
        switch (sourceClass)
        {
            case SourceClass.Stale:
                return new IdentityDecision.Ignore("the source is older than what is known");
            case SourceClass.Observational when strongest > SourceClass.Stale:
                return new IdentityDecision.AskServer(observation.Pair.Phone);
            case SourceClass.Directed when contradicted.Exists(p => p.LastSeenAt > observation.SeenAt && p.Source.ClassOf() >= SourceClass.Directed):
                return new IdentityDecision.Ignore("a newer source says otherwise");
            default:
                return new IdentityDecision.Replace(contradicted, phoneHasNewLid);
        }
    }
}
