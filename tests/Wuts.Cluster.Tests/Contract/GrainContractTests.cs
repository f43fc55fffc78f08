using System.Reflection;
using Orleans.Metadata;
using Wuts.Grains;

namespace Wuts.Cluster.Tests.Contract;

public sealed class GrainContractTests
{
    [Fact]
    public void The_contract_between_silos_is_the_agreed_one() => Assert.Equal(File.ReadAllText(GrainContract.Path), GrainContract.Describe());

    [Fact]
    public void Grains_are_sealed_and_have_names_that_do_not_follow_their_classes()
    {
        var grains = typeof(WutsGrains).Assembly.GetTypes().Where(t => typeof(Grain).IsAssignableFrom(t)).ToList();

        Assert.NotEmpty(grains);
        Assert.All(grains, grain => Assert.True(grain.IsSealed, grain.Name));
        Assert.All(grains, grain => Assert.NotNull(grain.GetCustomAttribute<GrainTypeAttribute>()));
    }
}
