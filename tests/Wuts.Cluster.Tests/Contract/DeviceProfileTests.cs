using Wuts.Contract.DeviceProfile;

namespace Wuts.Cluster.Tests.Contract;

[Collection(ClusterGateway.Name)]
public sealed class ContactProfileTests(ClusterGateway gateway) : ContactProfileContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ProfileIdentifierTests(ClusterGateway gateway) : ProfileIdentifierContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ProfileCheckTests(ClusterGateway gateway) : ProfileCheckContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ProfileGroupTests(ClusterGateway gateway) : ProfileGroupContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class DeviceLifeTests(ClusterGateway gateway) : DeviceLifeContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ThreadMergingTests(ClusterGateway gateway) : ThreadMergingContract(gateway);
