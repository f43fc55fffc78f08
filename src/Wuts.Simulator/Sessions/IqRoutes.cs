using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions;

/// <summary>Answers one kind of request.</summary>
internal delegate ValueTask<IqAnswer> IqHandler(IqRequest request, CancellationToken cancellationToken);

/// <summary>Which clients may ask.</summary>
internal enum IqStage
{
    /// <summary>Linked devices.</summary>
    Linked,

    /// <summary>Clients that are registering.</summary>
    Registering,

    /// <summary>Both.</summary>
    Any,
}

/// <summary>
/// The table of requests the server knows, by namespace, type and child. Handlers live in files of their own and enter
/// themselves here; a request whose children come in any order is found by whichever child has a route.
/// </summary>
internal sealed class IqRoutes
{
    private readonly Dictionary<(string Xmlns, string Type), List<Route>> _routes = [];

    /// <summary>Enters a handler that needs no waiting.</summary>
    public IqRoutes Map(string xmlns, string type, string? child, IqStage stage, Func<IqRequest, IqAnswer> handler) =>
        Map(xmlns, type, child, stage, (request, _) => ValueTask.FromResult(handler(request)));

    /// <summary>Enters a handler.</summary>
    /// <param name="xmlns">The namespace.</param>
    /// <param name="type"><c>get</c> or <c>set</c>.</param>
    /// <param name="child">The tag of a child that must be there; <see langword="null"/> takes whatever no other route takes.</param>
    /// <param name="stage">Which clients may ask.</param>
    /// <param name="handler">Makes the answer.</param>
    public IqRoutes Map(string xmlns, string type, string? child, IqStage stage, IqHandler handler)
    {
        if (!_routes.TryGetValue((xmlns, type), out var routes))
        {
            _routes.Add((xmlns, type), routes = []);
        }

        var route = new Route(child, stage, handler);
        if (child is null)
        {
            routes.Add(route);
        }
        else
        {
            routes.Insert(0, route);
        }

        return this;
    }

    /// <summary>The route for a request, and the child it was found by; <see langword="null"/> when there is none.</summary>
    public (Route Route, Node? Child)? Find(string xmlns, string type, Node iq)
    {
        if (_routes.TryGetValue((xmlns, type), out var routes))
        {
            foreach (var route in routes)
            {
                if (route.Child is null)
                {
                    return (route, iq.Children.IsEmpty ? null : iq.Children[0]);
                }

                if (iq.TryGetChild(route.Child, out var child))
                {
                    return (route, child);
                }
            }
        }

        return null;
    }

    /// <summary>One entry of the table.</summary>
    internal sealed record Route(string? Child, IqStage Stage, IqHandler Handler)
    {
        public bool IsOpenTo(ClientSession session) =>
            Stage == IqStage.Any || Stage == (session is LinkedSession ? IqStage.Linked : IqStage.Registering);
    }
}
