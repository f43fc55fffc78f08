using Wuts.Cluster.Trials;
using Xunit.Abstractions;

namespace Wuts.Cluster.Tests.Failover;

/// <summary>
/// The trials of the cluster with a few devices and without their limits of time, which a busy machine would break: what callers are
/// answered, who keeps its socket, and that nothing is lost.
/// </summary>
[Collection(nameof(TrialCollection))]
public sealed class TrialTests(ITestOutputHelper output)
{
    [PostgresFact]
    public Task A_silo_that_is_killed_costs_no_wrong_answer_and_nobody_else_a_socket() =>
        KeepsItsPromisesAsync(FailoverTrial.RunAsync, "--how", "kill", "--devices", "12", "--times", "1", "--rate", "20", "--limit", "100");

    [PostgresFact]
    public Task A_silo_that_stops_costs_no_wrong_answer_and_nobody_else_a_socket() =>
        KeepsItsPromisesAsync(FailoverTrial.RunAsync, "--how", "stop", "--devices", "12", "--times", "1", "--rate", "20", "--limit", "100");

    [PostgresFact]
    public Task A_silo_that_was_frozen_writes_and_answers_nothing_any_more() =>
        KeepsItsPromisesAsync(FailoverTrial.RunAsync, "--how", "freeze", "--devices", "12", "--times", "1", "--rate", "20", "--limit", "100");

    [PostgresFact]
    public Task A_database_that_is_gone_for_longer_than_a_lease_loses_nothing() =>
        KeepsItsPromisesAsync(DatabaseTrial.RunAsync, "--how", "gone", "--devices", "12", "--seconds", "15", "--rate", "20");

    private async Task KeepsItsPromisesAsync(Func<TrialOptions, TextWriter, Task<int>> trial, params string[] arguments)
    {
        using var said = new StringWriter();
        var code = await trial(TrialOptions.Parse(arguments), said);

        output.WriteLine(said.ToString());
        Assert.True(code == 0, said.ToString());
    }
}

/// <summary>Trials are alone on the machine, since they watch what happens while time passes.</summary>
[CollectionDefinition(nameof(TrialCollection), DisableParallelization = true)]
public sealed class TrialCollection;
