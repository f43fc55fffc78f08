namespace Wuts.Contract.Tests;

[Collection(EmbeddedGateway.Name)]
public sealed class PictureTests(EmbeddedGateway gateway) : PictureContract(gateway);
