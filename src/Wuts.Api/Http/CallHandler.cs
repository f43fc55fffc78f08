using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Wuts.Core;
using Wuts.Core.Stores;
using Wuts.WhatsApp;

namespace Wuts.Api.Http;

/// <summary>
/// Takes a request through an endpoint: finds out who calls, runs it, and turns whatever goes wrong into the dialect's own answer.
/// </summary>
internal sealed class CallHandler(Dialect dialect, ApiServices api, Access access, string pattern, Endpoint endpoint)
{
    /// <summary>
    /// Longest path with query, in bytes as they were sent. A host lets the server read longer ones, so that their answer is the
    /// dialect's own.
    /// </summary>
    public const int MaxTargetLength = 8 * 1024;

    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    /// <summary>The handler as ASP.NET Core calls it.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var call = new Call(http, dialect, api);
        var started = api.Time.GetTimestamp();
        api.Metrics.Begin(dialect.Name);
        http.Response.Headers[RequestIds.Header] = call.RequestId;
        try
        {
            await AnswerAsync(call);
        }
        finally
        {
            var took = api.Time.GetElapsedTime(started);
            api.Metrics.End(dialect.Name, http.Request.Method, pattern, http.Response.StatusCode, took);
            ApiLog.Answered(
                api.Log, dialect.Name, http.Request.Method, pattern, http.Response.StatusCode, took.TotalMilliseconds, call.RequestId);
        }
    }

    private async Task AnswerAsync(Call call)
    {
        var http = call.Http;
        var reply = await RunAsync(call);
        try
        {
            await reply.SendAsync(call);
        }
        catch (OperationCanceledException) when (call.Aborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            ApiLog.Failed(api.Log, e, dialect.Name, http.Request.Method, pattern, call.RequestId);
            http.Response.Headers.ETag = default;
            await ((Reply)new Problem.Internal()).SendAsync(call);
        }
    }

    private async Task<Reply> RunAsync(Call call)
    {
        if (call.Http.Features.Get<IHttpRequestFeature>()?.RawTarget.Length > MaxTargetLength)
        {
            return new Problem.TargetTooLong();
        }

        try
        {
            if (access != Access.Public && await AdmitAsync(call) is { } problem)
            {
                return problem;
            }

            return await endpoint(call);
        }
        catch (Exception e)
        {
            return Explain(e, call);
        }
    }

    private Reply Explain(Exception exception, Call call)
    {
        switch (exception)
        {
            case OperationCanceledException when call.Aborted.IsCancellationRequested:
                return new Problem.Canceled();
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Problem.TooLarge();
            case BadHttpRequestException:
                return new Problem.Malformed("the request could not be read");
            case TimeoutException:
                return new Failure.TimedOut();
            case LeaseLostException:
                return new Failure.Unavailable(StoreRetry);
            case WhatsAppException { IsTransient: true } or IOException:
            case DbException away when IsAway(away):
                ApiLog.Transient(api.Log, exception.GetType().Name, dialect.Name, pattern, call.RequestId);
                return new Failure.Unavailable(StoreRetry);
            default:
                ApiLog.Failed(api.Log, exception, dialect.Name, call.Http.Request.Method, pattern, call.RequestId);
                return new Problem.Internal();
        }
    }

    // A server that refuses a statement for what is in it found a bug. What it says of itself, or what the driver says of the way to
    // it, has no state or one of the classes 08, 53, 57, 58; 25006 is what a replica says that is not the primary any more.
    private static bool IsAway(DbException failure) =>
        failure.IsTransient || failure.SqlState is null or "25006" || failure.SqlState[..2] is "08" or "53" or "57" or "58";

    private async ValueTask<Problem?> AdmitAsync(Call call)
    {
        var (token, problem) = await dialect.FindTokenAsync(call);
        if (problem is not null)
        {
            return problem;
        }

        if (token is null || (access == Access.Master && !api.Master.IsConfigured))
        {
            return new Problem.Unauthorized(TokenGiven: token is not null, access);
        }

        // Comparing with the master token takes a digest, and a token that was a user's a moment ago is not the master's.
        var user = api.Tokens.FindRemembered(token);
        if (user is null && api.Master.Matches(token))
        {
            call.Admit(new Caller.Master());
            return access == Access.Member ? new Problem.Forbidden(Refusal.MasterNotAllowed) : null;
        }

        user ??= await api.Tokens.FindAsync(token, call.Aborted);
        if (user is null)
        {
            return new Problem.Unauthorized(TokenGiven: true, access);
        }

        call.Admit(new Caller.Member(user));
        return access == Access.Master ? new Problem.Forbidden(Refusal.MasterRequired) : null;
    }
}
