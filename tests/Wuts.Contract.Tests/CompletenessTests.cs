namespace Wuts.Contract.Tests;

public sealed class CompletenessTests
{
    [Fact]
    public void Every_class_of_statements_is_run() => Assert.Equal([], ContractClasses.MissingIn(typeof(CompletenessTests).Assembly));
}
