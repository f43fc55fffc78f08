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

    private Contact Contact => _contact ?? throw new InvalidOperationException("The grain is not active yet.");

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (device, jid) = ContactKey.Parse(this.GetPrimaryKeyString());
        _turns = Turns.Current;
        _contact = new Contact(device, jid, services, actors.Device(device));
        silo.Enter(this, device);
        await _contact.ActivateAsync();
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
    public Task InvalidateAsync(ContactParts parts, string? newPictureId, CancellationToken cancellationToken) =>
        Contact.InvalidateAsync(parts, newPictureId, cancellationToken);
}
