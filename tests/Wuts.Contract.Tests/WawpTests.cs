using Wuts.Contract.Wawp;

namespace Wuts.Contract.Tests;

[Collection(EmbeddedGateway.Name)]
public sealed class WawpCredentialTests(EmbeddedGateway gateway) : WawpCredentialContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class WawpPictureTests(EmbeddedGateway gateway) : WawpPictureContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class WawpContactTests(EmbeddedGateway gateway) : WawpContactContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class WawpListTests(EmbeddedGateway gateway) : WawpListContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class WawpNumberTests(EmbeddedGateway gateway) : WawpNumberContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class WawpGroupTests(EmbeddedGateway gateway) : WawpGroupContract(gateway);

[Collection(EmbeddedGateway.Name)]
public sealed class WawpSessionTests(EmbeddedGateway gateway) : WawpSessionContract(gateway);
