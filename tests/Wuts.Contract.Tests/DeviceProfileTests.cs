using Wuts.Contract.DeviceProfile;

namespace Wuts.Contract.Tests;

[Collection(EmbeddedGateway.Name)]
public sealed class ContactProfileTests(EmbeddedGateway gateway) : ContactProfileContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ProfileIdentifierTests(EmbeddedGateway gateway) : ProfileIdentifierContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ProfileCheckTests(EmbeddedGateway gateway) : ProfileCheckContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ProfileGroupTests(EmbeddedGateway gateway) : ProfileGroupContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class DeviceLifeTests(EmbeddedGateway gateway) : DeviceLifeContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class ThreadMergingTests(EmbeddedGateway gateway) : ThreadMergingContract(gateway);
