using System.Security.Cryptography;
using System.Text;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Identity;

/// <summary>
/// Who is one person with whom. Addresses are only ever linked by a verification that succeeded or by an operator; no observation
/// of a pair does it, however often it is made. Contract device-profile, part B.
/// </summary>
/// <param name="store">Where links are kept.</param>
/// <param name="secrets">Where the key of the token hash is kept.</param>
/// <param name="time">The clock.</param>
public sealed class LinkService(ILinkStore store, IInstallationStore secrets, TimeProvider time)
{
    /// <summary>How long a token works. TM-6.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(15);

    /// <summary>How often a token may be tried. TM-6.</summary>
    public const int MaxTries = 5;

    /// <summary>The longest reference to evidence.</summary>
    public const int MaxEvidenceLength = 500;

    /// <summary>Characters of a <see cref="TokenForm.Code"/>.</summary>
    public const int CodeLength = 8;

    private const string KeyName = "link-token-key";
    private const int KeyBytes = 32;
    private const int LongTokenBytes = 16;

    // Without the letters and digits that are mistaken for each other.
    private const string CodeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private byte[]? _key;

    /// <summary>Opens a verification. The caller's own system sends the token to the phone number and reports the reply.</summary>
    public async Task<OpenedVerification> OpenAsync(
        TenantId tenant, DeviceId device, Jid phone, Jid lid, TokenForm form, CancellationToken cancellationToken)
    {
        CheckPair(phone, lid);
        var token = form == TokenForm.Code
            ? RandomNumberGenerator.GetString(CodeAlphabet, CodeLength)
            : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(LongTokenBytes));
        var id = Guid.NewGuid();
        var verification = new Verification(
            id, device, phone, lid, await HashAsync(id, token, cancellationToken), time.GetUtcNow() + TokenLifetime, MaxTries, null);
        await store.AddVerificationAsync(tenant, verification, cancellationToken);
        return new OpenedVerification(id, device, phone, lid, token, verification.ExpiresAt, MaxTries);
    }

    /// <summary>Reports the token that the person returned. A right one links the two addresses; any try counts.</summary>
    /// <param name="tenant">The tenant of the caller.</param>
    /// <param name="device">The device through which it came back, when the caller says so: another one than it was opened for has no such verification.</param>
    /// <param name="id">The verification.</param>
    /// <param name="token">What the person returned; case and spaces around it do not matter.</param>
    /// <param name="by">Who reports it.</param>
    /// <param name="cancellationToken">Cancels before the link is made.</param>
    public async Task<LinkOutcome> ConfirmAsync(
        TenantId tenant, DeviceId? device, Guid id, string token, UserId by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (await store.TakeTryAsync(tenant, id, cancellationToken) is not { } verification
            || (device is { } named && named != verification.Device))
        {
            return new LinkOutcome.NoVerification();
        }

        var now = time.GetUtcNow();
        if (verification.UsedAt is not null || verification.TriesLeft <= 0 || verification.ExpiresAt <= now)
        {
            return new LinkOutcome.VerificationOver();
        }

        if (!CryptographicOperations.FixedTimeEquals(await HashAsync(id, token, cancellationToken), verification.TokenHash.Span))
        {
            return new LinkOutcome.WrongToken(verification.TriesLeft - 1);
        }

        if (!await store.UseVerificationAsync(tenant, id, now, cancellationToken))
        {
            return new LinkOutcome.VerificationOver();
        }

        var link = new NewLink(
            Guid.NewGuid(), verification.Phone, verification.Lid, LinkSignal.TokenReply, $"verification:{id:D}", by.ToString(), now);
        return Outcome(await store.LinkAsync(tenant, link, endOthers: false, cancellationToken));
    }

    /// <summary>Links two addresses because a named person decided.</summary>
    /// <param name="tenant">The tenant of the operator.</param>
    /// <param name="phone">Address by phone number.</param>
    /// <param name="lid">Address by LID.</param>
    /// <param name="evidence">Why, in the operator's words; at most <see cref="MaxEvidenceLength"/> characters.</param>
    /// <param name="by">The operator.</param>
    /// <param name="replace">Whether present links of both to others end. TM-7.</param>
    /// <param name="cancellationToken">Cancels before the link is made.</param>
    public async Task<LinkOutcome> LinkAsync(
        TenantId tenant, Jid phone, Jid lid, string evidence, UserId by, bool replace, CancellationToken cancellationToken)
    {
        CheckPair(phone, lid);
        ArgumentException.ThrowIfNullOrWhiteSpace(evidence);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(evidence.Length, MaxEvidenceLength);
        var link = new NewLink(Guid.NewGuid(), phone, lid, LinkSignal.Operator, evidence, by.ToString(), time.GetUtcNow());
        return Outcome(await store.LinkAsync(tenant, link, replace, cancellationToken));
    }

    /// <summary>Undoes a link: from now on lookups answer as before it. Undoing it again changes nothing. TM-8.</summary>
    public async Task<Answer<PersonLink>> UndoAsync(TenantId tenant, Guid link, CancellationToken cancellationToken) =>
        await store.EndAsync(tenant, link, time.GetUtcNow(), cancellationToken) is { } ended
            ? ended
            : new Failure.NotFound(MissingThing.Link);

    /// <summary>The person of an address, with all linked addresses. An address that is seen for the first time gets a record. TM-2.</summary>
    public async Task<Person> FindPersonAsync(TenantId tenant, Jid jid, CancellationToken cancellationToken)
    {
        var record = (await store.GetOrCreateAsync(tenant, [jid], time.GetUtcNow(), cancellationToken))[0];
        var links = await store.ReadLinksAsync(tenant, record.Id, cancellationToken);
        var aliases = new List<Jid> { record.Jid };
        foreach (var link in links.Where(link => link.EndedAt is null))
        {
            foreach (var address in (ReadOnlySpan<Jid>)[link.Link.Phone, link.Link.Lid])
            {
                if (!aliases.Contains(address))
                {
                    aliases.Add(address);
                }
            }
        }

        return new Person(record, aliases, links);
    }

    private static LinkOutcome Outcome(LinkResult result) => result switch
    {
        LinkResult.Linked linked => new LinkOutcome.Linked(linked.Link),
        LinkResult.Conflict conflict => new LinkOutcome.Conflict(conflict.Existing),
        _ => throw new InvalidOperationException("The store gave an unknown answer."),
    };

    private static void CheckPair(Jid phone, Jid lid)
    {
        if (!phone.IsPhone || !lid.IsLid)
        {
            throw new ArgumentException("A link joins a phone number and a LID.", nameof(phone));
        }
    }

    // Keyed, so that who reads the database cannot try all codes of eight characters; bound to the verification by its id.
    private async Task<byte[]> HashAsync(Guid id, string token, CancellationToken cancellationToken)
    {
        var key = _key ??= Convert.FromBase64String(
            await secrets.FindSecretAsync(KeyName, cancellationToken)
            ?? await secrets.AddSecretAsync(KeyName, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)), cancellationToken));
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id:N}:{token.Trim().ToUpperInvariant()}"));
    }
}
