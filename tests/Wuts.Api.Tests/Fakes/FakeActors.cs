using System.Collections.Concurrent;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.Fakes;

/// <summary>Actors that a test has in its hand.</summary>
internal sealed class FakeActors : IActors
{
    private readonly ConcurrentDictionary<DeviceId, FakeDevice> _devices = new();
    private readonly ConcurrentDictionary<(DeviceId, Jid), FakeContact> _contacts = new();

    /// <summary>Prepares devices that an endpoint makes, before their first call.</summary>
    public Action<FakeDevice> OnNew { get; set; } = _ => { };

    /// <summary>The device with an id.</summary>
    public FakeDevice Of(DeviceId id) => _devices.GetOrAdd(id, _ =>
    {
        var device = new FakeDevice();
        OnNew(device);
        return device;
    });

    /// <summary>What a device may see of somebody.</summary>
    public FakeContact Of(DeviceId id, string jid) => Of(id, Jid.Parse(jid));

    IDevice IActors.Device(DeviceId id) => Of(id);

    IContact IActors.Contact(DeviceId id, Jid jid) => Of(id, jid);

    Task IActors.ForgetContactsAsync(DeviceId id) => throw new NotSupportedException("The API forgets no contacts.");

    private FakeContact Of(DeviceId id, Jid jid) => _contacts.GetOrAdd((id, jid), _ => new FakeContact(Of(id)));
}

/// <summary>A contact whose answers a test sets one by one.</summary>
internal sealed class FakeContact(FakeDevice device) : IContact
{
    public Func<TimeSpan, bool, Answer<ContactProfile>> Profile { get; set; } = (_, _) => NotSet<ContactProfile>();

    public Func<PictureSize, string?, TimeSpan, Answer<ContactPicture>> Picture { get; set; } = (_, _, _) => NotSet<ContactPicture>();

    public Func<PictureSize, TimeSpan, Answer<PictureFile>> File { get; set; } = (_, _) => NotSet<PictureFile>();

    Task<Answer<ContactProfile>> IContact.GetProfileAsync(TimeSpan maxAge, bool withBusiness, CancellationToken cancellationToken) =>
        Task.FromResult(!device.Status.TryGet(out var status, out var failure) ? failure
            : status.IsConnected ? Profile(maxAge, withBusiness)
            : new Failure.NotReady(status.State, status.Problem));

    Task<Answer<ContactPicture>> IContact.GetPictureAsync(
        PictureSize size, string? existingId, TimeSpan maxAge, CancellationToken cancellationToken) =>
        Task.FromResult(Picture(size, existingId, maxAge));

    Task<Answer<PictureFile>> IContact.GetPictureFileAsync(PictureSize size, TimeSpan maxAge, CancellationToken cancellationToken) =>
        Task.FromResult(File(size, maxAge));

    Task<Answer<Done>> IContact.InvalidateAsync(ContactParts parts, string? newPictureId, long lease, CancellationToken cancellationToken) =>
        Task.FromResult<Answer<Done>>(Done.Instance);

    private static Answer<T> NotSet<T>() => throw new InvalidOperationException("The test did not expect this call.");
}
