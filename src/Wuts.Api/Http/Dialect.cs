using System.Text.Json;

namespace Wuts.Api.Http;

/// <summary>
/// One public REST contract: where its token is, and how it says that something went wrong. Everything else about a contract is in
/// its endpoints. Instances hold no state of a call.
/// </summary>
internal abstract class Dialect
{
    /// <summary>Short name for logs and metrics.</summary>
    public abstract string Name { get; }

    /// <summary>Words that it takes for yes and no.</summary>
    public abstract BooleanWords Booleans { get; }

    /// <summary>Finds the token of a call. Must not look at anything that a contract does not name as a place for it.</summary>
    public abstract ValueTask<TokenFound> FindTokenAsync(Call call);

    /// <summary>The status and body of a problem.</summary>
    public abstract ProblemBody Describe(Problem problem, Call call);
}

/// <summary>What was found where a dialect carries its token.</summary>
/// <param name="Token">The token; <see langword="null"/> when there is none. A secret.</param>
/// <param name="Problem">Why the call is refused before anybody looks at the token, for example two different ones.</param>
internal readonly record struct TokenFound(string? Token, Problem? Problem = null)
{
    public override string ToString() => nameof(TokenFound);
}

/// <summary>A problem in the form of a dialect.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Write">Writes the body, one JSON value.</param>
internal readonly record struct ProblemBody(int Status, Action<Utf8JsonWriter> Write);

/// <summary>Which words stand for yes and no, in any case.</summary>
internal enum BooleanWords
{
    /// <summary><c>true</c>, <c>false</c>, <c>1</c>, <c>0</c>.</summary>
    Plain,

    /// <summary>These and <c>yes</c>, <c>no</c>.</summary>
    WithYesAndNo,
}
