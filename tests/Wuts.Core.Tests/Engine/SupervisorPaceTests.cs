using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Stores;
using Wuts.Testing;
using Wuts.WhatsApp;

namespace Wuts.Core.Tests.Engine;

/// <summary>When the supervisor looks for devices without an owner.</summary>
public sealed class SupervisorPaceTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SupervisorOptions _options = new() { Interval = TimeSpan.FromSeconds(8) };
    private readonly Ledger _ledger;
    private readonly DeviceSupervisor _supervisor;

    public SupervisorPaceTests()
    {
        var catalog = DispatchProxy.Create<IDeviceCatalog, Ledger>();
        _ledger = (Ledger)(object)catalog;
        _supervisor = new DeviceSupervisor(
            catalog, DispatchProxy.Create<IActors, Ledger>(), _options, _clock, SharedRandomSource.Instance, NullLogger<DeviceSupervisor>.Instance);
    }

    [Fact]
    public async Task It_looks_in_the_moment_in_which_a_lease_runs_out_that_nobody_renewed()
    {
        _ledger.Expiry = TimeSpan.FromSeconds(3);
        await StartAsync();

        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(1, _ledger.Looks);
        await LookedAfterAsync(TimeSpan.FromSeconds(0.2));

        Assert.Equal(2, _ledger.Looks);
    }

    [Fact]
    public async Task A_lease_that_holds_beyond_the_next_look_changes_nothing()
    {
        _ledger.Expiry = TimeSpan.FromSeconds(9);
        await StartAsync();

        _clock.Advance(TimeSpan.FromSeconds(7.9));
        Assert.Equal(1, _ledger.Looks);
        await LookedAfterAsync(TimeSpan.FromSeconds(0.2));
    }

    [Fact]
    public async Task Told_that_an_owner_is_going_it_looks_at_once_and_often_for_a_while()
    {
        await StartAsync();
        var next = _ledger.NextLook();

        _supervisor.LookNow();
        await next.WaitAsync(Guard.Limit);
        for (var passed = TimeSpan.Zero; passed < _options.Interval * 5; passed += _options.Interval / 8)
        {
            await _clock.WhenTimersArmedAsync().WaitAsync(Guard.Limit);
            await LookedAfterAsync(_options.Interval / 8);
        }

        var looks = _ledger.Looks;
        await _clock.WhenTimersArmedAsync().WaitAsync(Guard.Limit);
        _clock.Advance(_options.Interval * 0.9);
        Assert.Equal(looks, _ledger.Looks);
    }

    public async ValueTask DisposeAsync() => await _supervisor.DisposeAsync();

    private async Task StartAsync()
    {
        _supervisor.Start();
        await _clock.WhenTimersArmedAsync().WaitAsync(Guard.Limit);
    }

    private async Task LookedAfterAsync(TimeSpan time)
    {
        var next = _ledger.NextLook();
        _clock.Advance(time);
        await next.WaitAsync(Guard.Limit);
    }

    /// <summary>A catalogue without devices that should be woken.</summary>
    public class Ledger : DispatchProxy
    {
        private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>When the next lease runs out.</summary>
        public TimeSpan? Expiry { get; set; }

        public int Looks { get; private set; }

        /// <summary>Completes with the next look.</summary>
        public Task NextLook() => (_looked = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IDeviceCatalog.FindNextExpiryAsync))
            {
                return Task.FromResult(Expiry);
            }

            Assert.Equal(nameof(IDeviceCatalog.FindOrphansAsync), targetMethod.Name);
            Looks++;
            _looked.TrySetResult();
            return Task.FromResult<IReadOnlyList<DeviceId>>([]);
        }
    }
}
