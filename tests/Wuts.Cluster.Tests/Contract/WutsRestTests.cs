using Wuts.Contract.WutsRest;

namespace Wuts.Cluster.Tests.Contract;

[Collection(ClusterGateway.Name)]
public sealed class AuthenticationTests(ClusterGateway gateway) : AuthenticationContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ConventionTests(ClusterGateway gateway) : ConventionContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class PictureTests(ClusterGateway gateway) : PictureContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class TenantTests(ClusterGateway gateway) : TenantContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class UserTests(ClusterGateway gateway) : UserContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class DeviceTests(ClusterGateway gateway) : DeviceContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class DeviceSelectionTests(ClusterGateway gateway) : DeviceSelectionContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class PairingTests(ClusterGateway gateway) : PairingContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class SessionTests(ClusterGateway gateway) : SessionContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ContactListTests(ClusterGateway gateway) : ContactListContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ProfileTests(ClusterGateway gateway) : ProfileContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class AddressTests(ClusterGateway gateway) : AddressContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class BlockTests(ClusterGateway gateway) : BlockContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class CheckTests(ClusterGateway gateway) : CheckContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class ResolveTests(ClusterGateway gateway) : ResolveContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class SyncTests(ClusterGateway gateway) : SyncContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class GroupTests(ClusterGateway gateway) : GroupContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class IdentityTests(ClusterGateway gateway) : IdentityContract(gateway);

[Collection(ClusterGateway.Name)]
public sealed class SilenceTests(ClusterGateway gateway) : SilenceContract(gateway);
