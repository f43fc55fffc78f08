using Wuts.Api.Http;

namespace Wuts.Api.DeviceProfile;

/// <summary>
/// The "device profile" contract: a bearer token and nothing else, and errors with a <c>request_id</c>. Contract device-profile 1.
/// </summary>
internal sealed class ProfileDialect : Dialect
{
    /// <summary>How people and groups may be written: numbers in any usual spelling. Contract device-profile 1.5.</summary>
    public static readonly AddressRules Addresses = new() { MinDigits = 5, Separators = " -()." };

    /// <inheritdoc/>
    public override string Name => "device-profile";

    /// <inheritdoc/>
    public override BooleanWords Booleans => BooleanWords.Plain;

    /// <inheritdoc/>
    public override ValueTask<TokenFound> FindTokenAsync(Call call) =>
        new(new TokenFound(BearerToken.Read(call.Http.Request.Headers.Authorization, allowBare: false)));

    /// <inheritdoc/>
    public override ProblemBody Describe(Problem problem, Call call)
    {
        var error = ProfileError.Of(problem);
        return new ProblemBody(error.Status, json => ProfileJson.WriteError(json, error, call.RequestId));
    }
}
