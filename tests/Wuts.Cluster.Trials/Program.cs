using Wuts.Cluster.Trials;

// Trials of a cluster of real processes on this machine. Each prints what it measured and ends with 1 when a promise was broken.
Func<TrialOptions, TextWriter, Task<int>>? trial = args.FirstOrDefault() switch
{
    "failover" => FailoverTrial.RunAsync,
    "database" => DatabaseTrial.RunAsync,
    "join" => JoinTrial.RunAsync,
    "scale" => ScaleTrial.RunAsync,
    _ => null,
};
try
{
    if (trial is not null)
    {
        return await trial(TrialOptions.Parse(args.Skip(1).ToList()), Console.Out);
    }
}
catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or ArgumentException or HttpRequestException)
{
    // An orderly end takes the processes of the cluster along; an exception that nobody catches would leave them.
    await Console.Error.WriteLineAsync(failure.ToString());
    return 1;
}

await Console.Error.WriteLineAsync("""
    failover [--how kill|stop|freeze] [--silos 2] [--devices 200] [--times 20] [--rate 100] [--limit SECONDS]
    database [--how restart|gone] [--silos 2] [--devices 200] [--seconds 120] [--rate 100]
    join     [--devices 60] [--minutes 5] [--rate 50]
    scale    [--silos 1,2] [--counts 0,100,500,1000,2000] [--seconds 20]
    each     [--program PATH of a published Wuts.Silo.dll]
    """);
return 2;
