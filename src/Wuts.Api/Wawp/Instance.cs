using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Wawp;

/// <summary>The instance that a call is about: a device of the caller, in the words of this dialect.</summary>
internal sealed class Instance(Call call, DeviceRecord record)
{
    /// <summary>As the catalogue has it.</summary>
    public DeviceRecord Record { get; } = record;

    /// <summary>Its actor.</summary>
    public IDevice Device { get; } = call.Api.Actors.Device(record.Id);

    /// <summary>Ends when the caller goes away.</summary>
    public CancellationToken Aborted => call.Aborted;

    /// <summary>What the instance may see of somebody; nothing of it is ever served to another instance. Contract wawp 1.5.</summary>
    public IContact Contact(Jid jid) => call.Api.Actors.Contact(Record.Id, jid);

    /// <summary>A failure unless the status is <c>WORKING</c>.</summary>
    public async Task<Failure?> FindWhyNotWorkingAsync() =>
        !(await Device.GetStatusAsync(Aborted)).TryGet(out var status, out var failure) ? failure
        : status.IsConnected ? null : status.WhyNotConnected();

    /// <summary>
    /// Runs a call whose parameters have been read: what is wrong with them comes first, then whether the instance exists, then
    /// whether it is working. Contract wawp 1.2.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="parameters">Its parameters, read so far.</param>
    /// <param name="needsWorking">Whether WhatsApp has to be asked.</param>
    /// <param name="act">What to do with the instance.</param>
    public static Task<Reply> RunAsync(Call call, WawpParameters parameters, bool needsWorking, Func<Instance, Task<Reply>> act) =>
        RunAsync(call, parameters, needsWorking, allowDeleted: false, act);

    /// <summary>The same; with <paramref name="allowDeleted"/> also for an instance that was deleted.</summary>
    public static async Task<Reply> RunAsync(
        Call call, WawpParameters parameters, bool needsWorking, bool allowDeleted, Func<Instance, Task<Reply>> act)
    {
        // Answers are personal, and the address of a GET holds the token: nobody on the way keeps either.
        call.Http.Response.Headers.CacheControl = "private, no-store";
        var id = WawpDialect.FindInstance(call, parameters);
        if (parameters.Problem is { } problem)
        {
            return problem;
        }

        if (!(await FindAsync(call, id)).TryGet(out var record, out var failure) || (record.DestroyedAt is not null && !allowDeleted))
        {
            return failure ?? new Failure.NoDevice();
        }

        var instance = new Instance(call, record);
        return needsWorking && await instance.FindWhyNotWorkingAsync() is { } notWorking ? notWorking : await act(instance);
    }

    /// <summary>The record of an instance of the caller, deleted or not. A colleague's is not there.</summary>
    private static async Task<Answer<DeviceRecord>> FindAsync(Call call, string id) =>
        InstanceId.TryParse(id, out var parsed)
        && await call.Api.Devices.FindAsync(parsed, call.Aborted) is { } record
        && record.UserId == call.User.Id
            ? record
            : new Failure.NoDevice();
}
