using Wuts.Grains.Balancing;

namespace Wuts.Cluster.Tests.Grains;

/// <summary>When a silo hands a device over, and to whom.</summary>
public sealed class BalanceTests
{
    [Theory]
    [InlineData("100 100 0", "2")]
    [InlineData("100 20 30", "1")]
    [InlineData("74 63 63", "1")]
    [InlineData("4 0", "1")]
    public void Clearly_above_the_average_it_goes_to_the_silo_with_fewest(string counts, string target) => Assert.Equal(target, Target(counts));

    [Theory]
    [InlineData("0 100 100")]
    [InlineData("66 67 67")]
    [InlineData("72 64 64")]
    [InlineData("3 0")]
    [InlineData("2 1 0")]
    [InlineData("500")]
    [InlineData("0 0 0")]
    public void About_the_average_it_stays(string counts) => Assert.Null(Target(counts));

    [Theory]
    [InlineData("72 64 64", "1")]
    [InlineData("3 0", "1")]
    [InlineData("67 67 66", null)]
    [InlineData("2 1", null)]
    public void Once_begun_it_goes_on_to_the_average(string counts, string? target) => Assert.Equal(target, Target(counts, isMoving: true));

    [Theory]
    [InlineData(200, 2)]
    [InlineData(17, 2)]
    [InlineData(7, 5)]
    [InlineData(2000, 9)]
    public void Silos_that_decide_at_the_same_time_come_to_rest_with_nobody_above_the_average_by_more_than_one(int devices, int silos)
    {
        var counts = Enumerable.Range(0, silos).ToDictionary(silo => $"{silo}", silo => silo == 0 ? devices : 0);
        var moving = new HashSet<string>();
        for (var round = 0; round < devices * 2; round++)
        {
            var seen = counts.ToDictionary();
            foreach (var silo in seen.Keys)
            {
                if (Balance.Target(silo, seen, moving.Contains(silo)) is not { } target)
                {
                    moving.Remove(silo);
                    continue;
                }

                moving.Add(silo);
                counts[silo]--;
                counts[target]++;
            }
        }

        var rest = counts.ToDictionary();
        Assert.All(rest.Keys, silo => Assert.Null(Balance.Target(silo, rest, moving.Contains(silo))));
        Assert.All(rest.Values, count => Assert.True(count < (devices / (double)silos) + Math.Max(2, devices / (double)silos / 10)));
    }

    private static string? Target(string counts, bool isMoving = false) =>
        Balance.Target("0", counts.Split(' ').Select(int.Parse).Index().ToDictionary(silo => $"{silo.Index}", silo => silo.Item), isMoving);
}
