using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.DeviceProfile;

/// <summary>
/// Brings together what one device can see of a person or of a group. Reads and never links: what it learns about pairs is an
/// observation of the core. Contract device-profile A1, TM-3.
/// </summary>
internal sealed class ProfileLookup(IActors actors)
{
    /// <summary>How old a part of an answer may be; a change that WhatsApp pushes drops it earlier. A1.5.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A person. A part that fails is as it was known lately, or left empty; it is a failure only when WhatsApp told nothing at all.
    /// A1.4.
    /// </summary>
    /// <param name="device">The device to look through; it is connected.</param>
    /// <param name="jid">The person.</param>
    /// <param name="size">Which picture.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Answer<SeenContact>> FindContactAsync(DeviceId device, Jid jid, PictureSize size, CancellationToken cancellationToken)
    {
        var contact = actors.Contact(device, jid);
        var profileTask = contact.GetProfileAsync(Freshness, withBusiness: false, cancellationToken);
        var pictureTask = contact.GetPictureAsync(size, null, Freshness, cancellationToken);
        var storedTask = actors.Device(device).FindContactsAsync([jid], cancellationToken);
        await Task.WhenAll(profileTask, pictureTask, storedTask);
        var (profileAnswer, pictureAnswer, storedAnswer) = (await profileTask, await pictureTask, await storedTask);

        var hasProfile = profileAnswer.TryGet(out var profile, out var profileFailure);
        var hasPicture = pictureAnswer.TryGet(out var picture, out var pictureFailure);
        if (profileFailure is Failure.NotFound)
        {
            // That a LID exists cannot be tested; a number can.
            return jid.IsLid ? new SeenContact(jid) { Lid = jid } : profileFailure;
        }

        if ((Whole(profileFailure) ?? Whole(pictureFailure)) is { } whole)
        {
            return whole;
        }

        if (!hasProfile && !hasPicture)
        {
            return profileFailure!;
        }

        var stored = storedAnswer.TryGet(out var views, out _) && views is [var view] ? view : new ContactView(jid);
        var phone = jid.IsPhone ? jid : profile?.Phone ?? stored.Phone;
        return new SeenContact(jid)
        {
            Phone = jid.IsPhone ? null : phone,
            Lid = jid.IsLid ? jid : profile?.Lid ?? stored.Lid,
            About = profile?.About.Value ?? "",
            Picture = picture?.Info,
            PushName = profile?.PushName ?? stored.PushName ?? "",

            // What is stored was read while this very lookup was under way, and need not know yet what it told.
            BusinessName = stored.BusinessName ?? profile?.VerifiedName?.Name ?? "",
            VerifiedName = profile?.VerifiedName?.Name ?? "",
            Devices = [.. (profile?.Devices ?? []).Select(d => phone is { } known ? known.WithDevice(d.Device) : d)],
        };
    }

    /// <summary>A group that the account is in.</summary>
    public async Task<Answer<SeenGroup>> FindGroupAsync(DeviceId device, Jid jid, PictureSize size, CancellationToken cancellationToken)
    {
        if (!(await actors.Device(device).GetGroupAsync(jid, cancellationToken)).TryGet(out var group, out var failure))
        {
            return failure;
        }

        if (!group.IsMember)
        {
            return new Failure.NotPermitted();
        }

        var picture = await actors.Contact(device, jid).GetPictureAsync(size, null, Freshness, cancellationToken);
        return picture.TryGet(out var found, out var pictureFailure)
            ? new SeenGroup(group.Info, found.Info)
            : Whole(pictureFailure) is { } whole ? whole : new SeenGroup(group.Info, null);
    }

    /// <summary>The groups that the account is in, ordered by address. A2.</summary>
    public async Task<Answer<IReadOnlyList<GroupInfo>>> ListGroupsAsync(DeviceId device, CancellationToken cancellationToken)
    {
        if (!(await actors.Device(device).ListGroupsAsync(refresh: false, cancellationToken)).TryGet(out var list, out var failure))
        {
            return failure;
        }

        return list.Groups.Where(g => g.IsMember).Select(g => g.Info).OrderBy(g => g.Jid.ToString(), StringComparer.Ordinal).ToArray();
    }

    // A failure that concerns the device and not one part of the answer.
    private static Failure? Whole(Failure? failure) => failure is
        Failure.NotReady or Failure.NoDevice or Failure.DeviceDestroyed or Failure.Unavailable or Failure.Invalid ? failure : null;
}

/// <summary>What is seen of a person; text that is hidden, not set or not known is empty.</summary>
/// <param name="Jid">The address that was asked for.</param>
internal sealed record SeenContact(Jid Jid)
{
    /// <summary>By phone number, when a LID was asked for and the number is known.</summary>
    public Jid? Phone { get; init; }

    /// <summary>By LID, when known.</summary>
    public Jid? Lid { get; init; }

    /// <summary>The about text.</summary>
    public string About { get; init; } = "";

    /// <summary>The picture, when it is shown.</summary>
    public PictureInfo? Picture { get; init; }

    /// <summary>The name that the person chose.</summary>
    public string PushName { get; init; } = "";

    /// <summary>Name of a business.</summary>
    public string BusinessName { get; init; } = "";

    /// <summary>Verified name of a business.</summary>
    public string VerifiedName { get; init; } = "";

    /// <summary>The devices, the phone first.</summary>
    public IReadOnlyList<Jid> Devices { get; init; } = [];

    /// <summary>Values are personal.</summary>
    public override string ToString() => nameof(SeenContact);
}

/// <summary>What is seen of a group.</summary>
/// <param name="Info">The group with its members.</param>
/// <param name="Picture">The picture, when there is one.</param>
internal sealed record SeenGroup(GroupInfo Info, PictureInfo? Picture)
{
    /// <summary>Values are personal.</summary>
    public override string ToString() => nameof(SeenGroup);
}
