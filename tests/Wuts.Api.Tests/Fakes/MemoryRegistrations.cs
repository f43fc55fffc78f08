using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.Fakes;

/// <summary>Of what devices hold only the registrations that were answered before: the API reads nothing else there.</summary>
internal sealed class MemoryRegistrations : IDeviceDataStore
{
    private readonly ConcurrentDictionary<DeviceId, ConcurrentDictionary<PhoneNumber, Registration>> _known = new();

    /// <summary>An answer of an earlier time.</summary>
    public void Add(DeviceId device, Registration registration) =>
        _known.GetOrAdd(device, _ => new()).AddOrUpdate(registration.Phone, registration, (_, _) => registration);

    public IDeviceData Open(DeviceId device, Func<Fence> fence)
    {
        var data = DispatchProxy.Create<IDeviceData, Data>();
        ((Data)(object)data).Known = _known.GetOrAdd(device, _ => new());
        return data;
    }

    /// <summary>Answers the one question and refuses all others.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "A proxy is derived from it.")]
    public class Data : DispatchProxy
    {
        internal ConcurrentDictionary<PhoneNumber, Registration> Known { get; set; } = new();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod?.Name != nameof(IDeviceData.FindRegistrationsAsync))
            {
                throw new InvalidOperationException($"The API must not call {targetMethod?.Name}.");
            }

            var phones = (IReadOnlyCollection<PhoneNumber>)args![0]!;
            IReadOnlyList<Registration> known = [.. phones.Where(Known.ContainsKey).Select(phone => Known[phone])];
            return new ValueTask<IReadOnlyList<Registration>>(known);
        }
    }
}
