namespace Wuts.Contract.Tests;

[Collection(EmbeddedGateway.Name)]
public sealed class AuthenticationTests(EmbeddedGateway gateway) : AuthenticationContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ConventionTests(EmbeddedGateway gateway) : ConventionContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class PictureTests(EmbeddedGateway gateway) : PictureContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class TenantTests(EmbeddedGateway gateway) : TenantContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class UserTests(EmbeddedGateway gateway) : UserContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class DeviceTests(EmbeddedGateway gateway) : DeviceContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class DeviceSelectionTests(EmbeddedGateway gateway) : DeviceSelectionContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class PairingTests(EmbeddedGateway gateway) : PairingContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class SessionTests(EmbeddedGateway gateway) : SessionContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ContactListTests(EmbeddedGateway gateway) : ContactListContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ProfileTests(EmbeddedGateway gateway) : ProfileContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class AddressTests(EmbeddedGateway gateway) : AddressContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class BlockTests(EmbeddedGateway gateway) : BlockContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class CheckTests(EmbeddedGateway gateway) : CheckContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ResolveTests(EmbeddedGateway gateway) : ResolveContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class SyncTests(EmbeddedGateway gateway) : SyncContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class GroupTests(EmbeddedGateway gateway) : GroupContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class IdentityTests(EmbeddedGateway gateway) : IdentityContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class SilenceTests(EmbeddedGateway gateway) : SilenceContract(gateway);
