using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Stores;
using Wuts.Testing;
using Wuts.WhatsApp;

namespace Wuts.Core.Tests.Engine;

/// <summary>What the supervisor says of itself, which readiness rests on.</summary>
public sealed class SupervisorStateTests
{
    [Fact]
    public async Task A_look_that_fails_is_told_until_one_succeeds_and_a_stop_stays_a_stop()
    {
        var clock = new ManualTimeProvider();
        var catalog = DispatchProxy.Create<IDeviceCatalog, OrphansOnly>();
        var orphans = (OrphansOnly)(object)catalog;
        orphans.IsBroken = true;
        var options = new SupervisorOptions();
        var supervisor = new DeviceSupervisor(
            catalog, DispatchProxy.Create<IActors, OrphansOnly>(), options, clock, SharedRandomSource.Instance, NullLogger<DeviceSupervisor>.Instance);
        Assert.Equal(SupervisorState.Stopped, supervisor.State);

        supervisor.Start();
        await clock.WhenTimersArmedAsync().WaitAsync(Guard.Limit);
        Assert.Equal(SupervisorState.Failing, supervisor.State);

        orphans.IsBroken = false;
        clock.Advance(options.Interval);
        await orphans.Looked.WaitAsync(Guard.Limit);
        await clock.WhenTimersArmedAsync().WaitAsync(Guard.Limit);
        Assert.Equal(SupervisorState.Working, supervisor.State);

        await supervisor.DisposeAsync();
        Assert.Equal(SupervisorState.Stopped, supervisor.State);
    }

    /// <summary>A catalogue that is only asked for devices without an owner, and has none.</summary>
    public class OrphansOnly : DispatchProxy
    {
        private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsBroken { get; set; }

        /// <summary>Completed by the first look that succeeds.</summary>
        public Task Looked => _looked.Task;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IDeviceCatalog.FindNextExpiryAsync))
            {
                return Task.FromResult<TimeSpan?>(null);
            }

            Assert.Equal(nameof(IDeviceCatalog.FindOrphansAsync), targetMethod.Name);
            if (IsBroken)
            {
                return Task.FromException<IReadOnlyList<DeviceId>>(new TimeoutException("The database does not answer."));
            }

            _looked.TrySetResult();
            return Task.FromResult<IReadOnlyList<DeviceId>>([]);
        }
    }
}
