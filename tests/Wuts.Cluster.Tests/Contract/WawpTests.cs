using Wuts.Contract.Wawp;

namespace Wuts.Cluster.Tests.Contract;

[Collection(ClusterGateway.Name)]
public sealed class WawpCredentialTests(ClusterGateway gateway) : WawpCredentialContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class WawpPictureTests(ClusterGateway gateway) : WawpPictureContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class WawpContactTests(ClusterGateway gateway) : WawpContactContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class WawpListTests(ClusterGateway gateway) : WawpListContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class WawpNumberTests(ClusterGateway gateway) : WawpNumberContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class WawpGroupTests(ClusterGateway gateway) : WawpGroupContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class WawpSessionTests(ClusterGateway gateway) : WawpSessionContract(gateway);
