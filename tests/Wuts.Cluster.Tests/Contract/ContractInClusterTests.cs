using Wuts.Cluster.Tests.Failover;
using Wuts.Contract.Scene;

namespace Wuts.Cluster.Tests.Contract;

public sealed class ContractInClusterTests
{
    [PostgresFact]
    public void Every_class_of_statements_is_run() => Assert.Equal([], ContractClasses.MissingIn(typeof(ContractInClusterTests).Assembly));
}
