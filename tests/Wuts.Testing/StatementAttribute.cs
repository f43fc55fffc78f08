namespace Wuts.Testing;

/// <summary>
/// Says which statement of a contract a test proves, so that the coverage of the contracts can be listed from the tests.
/// </summary>
/// <param name="id">Document and section, for example <c>wuts 3.1</c> or <c>device-profile A1.2</c>.</param>
/// <param name="text">The statement in one sentence.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class StatementAttribute(string id, string text) : Attribute
{
    /// <summary>Document and section.</summary>
    public string Id { get; } = id;

    /// <summary>The statement.</summary>
    public string Text { get; } = text;
}
