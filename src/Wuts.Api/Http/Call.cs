using Microsoft.AspNetCore.Http;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Http;

/// <summary>One HTTP request on its way through an endpoint.</summary>
internal sealed class Call(HttpContext http, Dialect dialect, ApiServices api)
{
    private Caller? _caller;
    private Task<RequestBody>? _body;

    /// <summary>The request underneath.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>The contract that it speaks.</summary>
    public Dialect Dialect { get; } = dialect;

    /// <summary>What endpoints work with.</summary>
    public ApiServices Api { get; } = api;

    /// <summary>Id of the request, a UUID; also in the header <c>X-Request-ID</c> of the answer.</summary>
    public string RequestId { get; } = RequestIds.Of(http.Request);

    /// <summary>Ends when the caller goes away.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Who calls. Only there when the endpoint asks for somebody.</summary>
    public Caller Caller => _caller ?? throw new InvalidOperationException("The endpoint is open to everybody.");

    /// <summary>The user who calls. Only there when the endpoint asks for a member of a tenant.</summary>
    public User User => ((Caller.Member)Caller).User;

    /// <summary>The parameters of the query string.</summary>
    public ParameterReader Query() => new(Http.Request.Query, Dialect.Booleans);

    /// <summary>A part of the path, decoded.</summary>
    public string Route(string name) => Http.Request.RouteValues[name] as string ?? "";

    /// <summary>The body as JSON, read once however often it is asked for.</summary>
    public Task<RequestBody> ReadBodyAsync() => _body ??= RequestBody.ReadAsync(Http);

    /// <summary>Whether the caller has this version already, by <c>If-None-Match</c>.</summary>
    public bool Knows(string etag) => EntityTags.Match(Http.Request.Headers.IfNoneMatch, etag);

    internal void Admit(Caller caller) => _caller = caller;
}

/// <summary>Who calls.</summary>
internal abstract record Caller
{
    private Caller()
    {
    }

    /// <summary>An active user.</summary>
    public sealed record Member(User User) : Caller;

    /// <summary>The operator of the platform, by the master token.</summary>
    public sealed record Master : Caller;
}

/// <summary>Who may call an endpoint.</summary>
internal enum Access
{
    /// <summary>Everybody, without a token.</summary>
    Public,

    /// <summary>Active users.</summary>
    Member,

    /// <summary>The operator of the platform.</summary>
    Master,

    /// <summary>Either.</summary>
    MemberOrMaster,
}
