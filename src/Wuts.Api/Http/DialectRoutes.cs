using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wuts.Api.Http;

/// <summary>An endpoint of a dialect.</summary>
internal delegate Task<Reply> Endpoint(Call call);

/// <summary>
/// The paths of a dialect under one base path. Whatever is not among them is answered in the dialect's own form as well: a known
/// path with another method, and, with <see cref="CatchAll"/>, an unknown path.
/// </summary>
internal sealed class DialectRoutes(IEndpointRouteBuilder routes, string basePath, Dialect dialect, ApiServices api)
{
    private readonly Dictionary<string, SortedSet<string>> _methods = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a path for GET.</summary>
    public DialectRoutes Get(string pattern, Access access, Endpoint endpoint) => Map(HttpMethods.Get, pattern, access, endpoint);

    /// <summary>Adds a path for POST.</summary>
    public DialectRoutes Post(string pattern, Access access, Endpoint endpoint) => Map(HttpMethods.Post, pattern, access, endpoint);

    /// <summary>Adds a path for PUT.</summary>
    public DialectRoutes Put(string pattern, Access access, Endpoint endpoint) => Map(HttpMethods.Put, pattern, access, endpoint);

    /// <summary>Adds a path for DELETE.</summary>
    public DialectRoutes Delete(string pattern, Access access, Endpoint endpoint) => Map(HttpMethods.Delete, pattern, access, endpoint);

    /// <summary>Answers the other methods of the paths that were added. Call it once, after the last path.</summary>
    public DialectRoutes RefuseOtherMethods()
    {
        foreach (var (pattern, methods) in _methods)
        {
            var refusal = new Problem.WrongMethod(string.Join(", ", methods));
            var handler = new CallHandler(dialect, api, Access.Public, pattern, _ => Task.FromResult<Reply>(refusal));
            routes.Map(basePath + pattern, handler.HandleAsync).WithDisplayName($"{dialect.Name} * {pattern}");
        }

        return this;
    }

    /// <summary>Answers every other path under the base path.</summary>
    public DialectRoutes CatchAll(string under = "")
    {
        var missing = new Problem.NoRoute();
        var handler = new CallHandler(dialect, api, Access.Public, under + "/*", _ => Task.FromResult<Reply>(missing));
        routes.Map($"{basePath}{under}/{{**path}}", handler.HandleAsync).WithDisplayName($"{dialect.Name} *");
        return this;
    }

    private DialectRoutes Map(string method, string pattern, Access access, Endpoint endpoint)
    {
        if (!_methods.TryGetValue(pattern, out var methods))
        {
            _methods[pattern] = methods = new SortedSet<string>(StringComparer.Ordinal);
        }

        methods.Add(method);
        var handler = new CallHandler(dialect, api, access, pattern, endpoint);
        routes.MapMethods(basePath + pattern, [method], handler.HandleAsync).WithDisplayName($"{dialect.Name} {method} {pattern}");
        return this;
    }
}
