using Wuts.Api.Http;

namespace Wuts.Api.Wawp;

/// <summary>
/// The Wawp v2 contract. Credentials may stand in headers, in the query string and in a JSON body; two different values for one are
/// refused, whichever of them would be right. Contract wawp 1.1, 1.2.
/// </summary>
internal sealed class WawpDialect : Dialect
{
    /// <summary>Name of the token among the parameters.</summary>
    public const string TokenName = "access_token";

    /// <summary>Name of the instance among the parameters.</summary>
    public const string InstanceName = "instance_id";

    private const string TokenHeader = "access-token";
    private const string InstanceHeader = "X-Instance-ID";

    /// <inheritdoc/>
    public override string Name => "wawp";

    /// <inheritdoc/>
    public override BooleanWords Booleans => BooleanWords.Plain;

    /// <inheritdoc/>
    public override async ValueTask<TokenFound> FindTokenAsync(Call call)
    {
        var headers = call.Http.Request.Headers;
        var bearer = BearerToken.Read(headers.Authorization, allowBare: false);
        var parameters = await WawpParameters.ReadAsync(call);
        var token = parameters.Credential(TokenName, [bearer, .. headers[TokenHeader]]);
        return new TokenFound(token, parameters.Problems.ToProblem());
    }

    /// <summary>Finds the instance that a call names; empty when it names none or more than one, which is then a problem.</summary>
    public static string FindInstance(Call call, WawpParameters parameters)
    {
        var before = parameters.Problems.Count;
        var id = parameters.Credential(InstanceName, call.Http.Request.Headers[InstanceHeader]);
        if (id is null && parameters.Problems.Count == before)
        {
            parameters.Problems.Add(InstanceName, $"{InstanceName} is required", FieldFault.Missing);
        }

        return id ?? "";
    }

    /// <inheritdoc/>
    public override ProblemBody Describe(Problem problem, Call call)
    {
        var error = WawpError.Of(problem);
        return new ProblemBody(error.Status, error.Write);
    }
}
