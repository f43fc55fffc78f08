using Wuts.Contract.Scene;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Wuts.Cluster.Tests.Contract.ClusterTestFramework", "Wuts.Cluster.Tests")]

namespace Wuts.Cluster.Tests.Contract;

/// <summary>
/// Leaves the inherited statements of the contract out where there is no PostgreSQL: they come from another assembly, which knows
/// nothing of databases, so they cannot skip themselves. <see cref="ContractInClusterTests"/> says so in their place.
/// </summary>
public sealed class ClusterTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new Discoverer(assemblyInfo, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Discoverer(IAssemblyInfo assembly, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkDiscoverer(assembly, sources, messages)
    {
        protected override bool IsValidTestClass(ITypeInfo type) =>
            base.IsValidTestClass(type)
            && (PostgresServer.Missing is null || !type.ToRuntimeType().IsAssignableTo(typeof(ContractTests)));
    }
}
