namespace Wuts.Grains.Balancing;

/// <summary>Decides whether a silo has so many more devices than the others that it should hand one over. Pure.</summary>
internal static class Balance
{
    /// <summary>
    /// Where a device of a silo should go. It begins clearly above the average (a tenth, and at least two devices) and ends at the
    /// average, so that neither a device too many nor two silos that look at the same time make devices go to and fro.
    /// </summary>
    /// <param name="own">The silo that asks.</param>
    /// <param name="counts">The devices of every active silo, its own among them.</param>
    /// <param name="isMoving">Whether it is handing over devices already.</param>
    /// <returns>The silo that has fewest; <see langword="null"/> when the device stays.</returns>
    public static TSilo? Target<TSilo>(TSilo own, IReadOnlyDictionary<TSilo, int> counts, bool isMoving) where TSilo : class
    {
        var average = counts.Values.Sum() / (double)counts.Count;
        var margin = isMoving ? 1 : Math.Max(2, average / 10);
        var least = counts.Where(silo => !silo.Key.Equals(own)).OrderBy(silo => silo.Value).FirstOrDefault();
        return least.Key is not null && counts[own] >= average + margin && least.Value < average ? least.Key : null;
    }
}
