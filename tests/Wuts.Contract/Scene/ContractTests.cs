namespace Wuts.Contract.Scene;

/// <summary>Statements of a contract about a running gateway; each test makes what it needs.</summary>
public abstract class ContractTests(GatewayUnderTest gateway)
{
    /// <summary>The gateway that the statements are about.</summary>
    protected GatewayUnderTest Gateway => gateway;
}

/// <summary>Statements that share a scene, which is made once and which no test changes.</summary>
/// <typeparam name="TScene">What they share.</typeparam>
public abstract class ContractTests<TScene>(GatewayUnderTest gateway) : ContractTests(gateway), IAsyncLifetime
    where TScene : class
{
    /// <summary>What the tests share.</summary>
    protected TScene Scene { get; private set; } = null!;

    public async Task InitializeAsync() => Scene = await Gateway.ShareAsync(GetType(), MakeSceneAsync);

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Makes what the tests share.</summary>
    protected abstract Task<TScene> MakeSceneAsync();
}
