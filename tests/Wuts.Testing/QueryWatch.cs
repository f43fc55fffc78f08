using System.Collections.Concurrent;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.Testing;

/// <summary>Counts what the server is asked.</summary>
public sealed class QueryWatch : IDisposable
{
    private readonly IDisposable _script;
    private readonly ConcurrentQueue<Node> _queries = new();

    public QueryWatch(SimulatorServer server, string xmlns) => _script = server.OnIq(xmlns, query =>
    {
        _queries.Enqueue(query);
        return null;
    });

    /// <summary>How many queries there were.</summary>
    public int Count => _queries.Count;

    /// <summary>For user queries: how many people were asked about.</summary>
    public int Users => _queries.Sum(q => q.Child("usync")?.Child("list")?.Children.Length ?? 0);

    /// <summary>The queries, in their order.</summary>
    public IReadOnlyList<Node> Queries => [.. _queries];

    public void Dispose() => _script.Dispose();
}
