using Orleans.Concurrency;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Engine;
using Wuts.WhatsApp.Queries;

namespace Wuts.Grains;

/// <summary>
/// One <see cref="Contact"/> in the cluster. What a contact learns is stored when it is learnt, in the same table for both
/// engines, so that its end needs nothing and unlinking a device can delete all of its contacts at once.
/// </summary>
[GrainType(ContractNames.Contact)]
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class ContactGrain(ContactServices services, IActors actors, SiloActors silo) : Grain, IContactGrain
{
    private Contact? _contact;
    private Turns? _turns;
    private long _lastUse = services.Time.GetTimestamp();

    /// <summary>When it was last called, as a timestamp of the clock.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    private Contact Contact
    {
        get
        {
            Volatile.Write(ref _lastUse, services.Time.GetTimestamp());
            return _contact ?? throw new InvalidOperationException("The grain is not active yet.");
        }
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (device, jid) = ContactKey.Parse(this.GetPrimaryKeyString());
        _turns = Turns.Current;
        _contact = new Contact(device, jid, services, actors.Device(device));
        silo.Enter(this, device);
        await Contact.ActivateAsync();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        silo.Leave(this);
        return Task.CompletedTask;
    }

    /// <summary>Ends the activation without storing what is still on its way. May be called from outside of its turns.</summary>
    public Task ForgetAsync() => _turns!.RunAsync(() =>
    {
        Contact.Forget();
        DeactivateOnIdle();
        return Task.CompletedTask;
    });

    /// <summary>Ends the activation when it has answered its calls, and returns when it has. May be called from anywhere.</summary>
    public Task EndAsync()
    {
        GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "There are too many contacts."));
        return GrainContext.Deactivated;
    }

    /// <inheritdoc/>
    public Task<Answer<ContactProfile>> GetProfileAsync(TimeSpan maxAge, bool withBusiness, CancellationToken cancellationToken) =>
        Contact.GetProfileAsync(maxAge, withBusiness, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<ContactPicture>> GetPictureAsync(
        PictureSize size, string? existingId, TimeSpan maxAge, CancellationToken cancellationToken) =>
        Contact.GetPictureAsync(size, existingId, maxAge, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<PictureFile>> GetPictureFileAsync(PictureSize size, TimeSpan maxAge, CancellationToken cancellationToken) =>
        Contact.GetPictureFileAsync(size, maxAge, cancellationToken);

    /// <inheritdoc/>
    public Task<Answer<Done>> InvalidateAsync(ContactParts parts, string? newPictureId, long lease, CancellationToken cancellationToken) =>
        Contact.InvalidateAsync(parts, newPictureId, lease, cancellationToken);
}
