using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>
/// Sees to it that the server always has pre-keys of this device, and the right ones: uploads, checks, replaces.
/// Protocol section 9.
/// </summary>
internal sealed partial class PreKeyModule : ClientModule
{
    private static readonly TimeSpan DigestInterval = TimeSpan.FromHours(24);
    private static readonly TimeSpan RotationRetry = TimeSpan.FromHours(1);

    private readonly ClientContext _context;
    private readonly PreKeyUploader _uploader;
    private readonly ILogger _logger;
    private readonly Lock _scheduleGate = new();

    // An upload carries the signed pre-key too: beside a rotation it would bring the old one back to the server.
    private readonly AsyncLock _keys = new();
    private DateTimeOffset _nextDigestCheck = DateTimeOffset.MinValue;
    private DateTimeOffset _nextRotation = DateTimeOffset.MinValue;

    public PreKeyModule(ClientContext context)
    {
        _context = context;
        _logger = context.Options.LoggerFactory.CreateLogger("Wuts.WhatsApp.PreKeys");
        _uploader = new PreKeyUploader(context, _logger);
    }

    private DateTimeOffset Now => _context.TimeProvider.GetUtcNow();

    /// <inheritdoc/>
    public override bool Accepts(Node stanza) => PreKeyCount.TryParseNotification(stanza, out _) || IsDigestRequest(stanza);

    /// <inheritdoc/>
    public override async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        await TryAloneAsync(async () =>
        {
            if (!PreKeyCount.TryParseNotification(stanza, out var count))
            {
                await CheckDigestAsync(connection, cancellationToken).ConfigureAwait(false);
            }
            else if (count < PreKeyUpload.LowMark)
            {
                await _uploader.RefillAsync(connection, cancellationToken).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);
        return StanzaOutcome.Handled;
    }

    /// <inheritdoc/>
    public override async Task PrepareAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        using (await _keys.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            await (_context.Credentials.Current.PreKeysUploaded
                ? _uploader.RefillAsync(connection, cancellationToken)
                : _uploader.UploadFirstAsync(connection, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task ActivatedAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (IsDigestCheckDue())
        {
            _nextDigestCheck = Now + DigestInterval;
            await TryAloneAsync(() => CheckDigestAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await RotateIfDueAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override ValueTask HandledAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken) =>
        new(RotateIfDueAsync(connection, cancellationToken));

    // <notification from="s.whatsapp.net" type="encrypt" id t><digest/></notification>
    private static bool IsDigestRequest(Node stanza) =>
        stanza.Tag == "notification" && stanza["type"] == PreKeyNodes.Namespace && stanza.TryGetChild("digest", out _)
        && stanza.TryGetJid("from", out var from) && from == Jid.WhatsApp;

    private async Task CheckDigestAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var answer = await connection.QueryAsync(PreKeyDigest.Build(connection.NextId()), cancellationToken).ConfigureAwait(false);
        if (PreKeyDigest.Parse(answer) is PreKeyDigestOutcome.Found found && await MatchesAsync(found.Digest, cancellationToken).ConfigureAwait(false))
        {
            await _context.Credentials.UpdateAsync(current => current with { PreKeysCheckedAt = Now }, cancellationToken).ConfigureAwait(false);
            return;
        }

        LogDigestDiffers(_logger, _context.Label);
        await _uploader.UploadFirstAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> MatchesAsync(PreKeyDigest digest, CancellationToken cancellationToken)
    {
        var known = await _context.Store.PreKeys.FindAsync(digest.OneTimeIds, cancellationToken).ConfigureAwait(false);
        var credentials = _context.Credentials.Current;
        return digest.Matches(
            credentials.RegistrationId, credentials.IdentityKey, credentials.SignedPreKeys.Current, known.ToDictionary(key => key.Id));
    }

    /// <summary>
    /// Whether the keys were not checked lately, by whichever process. Reading all of them costs more than the rest of a login. A clock
    /// that was set back is no reason to leave it.
    /// </summary>
    private bool IsDigestCheckDue() =>
        Now >= _nextDigestCheck && (_context.Credentials.Current.PreKeysCheckedAt is not { } at || (Now - at).Duration() >= DigestInterval);

    private Task RotateIfDueAsync(IStanzaConnection connection, CancellationToken cancellationToken) =>
        IsRotationDue() ? TryAloneAsync(() => RotateAsync(connection, cancellationToken), cancellationToken) : Task.CompletedTask;

    /// <summary>Whether the signed pre-key is old, or an earlier replacement was left unfinished. True once per attempt.</summary>
    private bool IsRotationDue()
    {
        lock (_scheduleGate)
        {
            var now = Now;
            if (now < _nextRotation)
            {
                return false;
            }

            var ring = _context.Credentials.Current.SignedPreKeys;
            var due = ring.CurrentSince + _context.Options.SignedPreKeyLifetime;
            var isDue = ring.Pending is not null || now >= due;
            _nextRotation = isDue ? now + RotationRetry : due;
            return isDue;
        }
    }

    private async Task RotateAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        // Saved before it is sent: should the answer get lost, both keys are known.
        var credentials = await _context.Credentials.UpdateAsync(
            current => current.SignedPreKeys.Pending is not null ? current : current with
            {
                SignedPreKeys = current.SignedPreKeys with
                {
                    Pending = SignedPreKey.Generate(current.IdentityKey, PreKeyIds.Next(current.SignedPreKeys.Current.Id)),
                },
            },
            cancellationToken).ConfigureAwait(false);
        var rotation = PreKeyUpload.BuildRotation(connection.NextId(), credentials.SignedPreKeys.Pending!);
        PreKeyUpload.ParseResult(await connection.QueryAsync(rotation, cancellationToken).ConfigureAwait(false));
        await _context.Credentials.UpdateAsync(
            current => current with { SignedPreKeys = current.SignedPreKeys.Promote(Now) }, cancellationToken).ConfigureAwait(false);
        LogRotated(_logger, _context.Label, credentials.SignedPreKeys.Pending!.Id);
    }

    /// <summary>Pre-keys can wait: what the server refuses or does not answer is tried again on a later occasion.</summary>
    private async Task TryAloneAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            using (await _keys.EnterAsync(cancellationToken).ConfigureAwait(false))
            {
                await work().ConfigureAwait(false);
            }
        }
        catch (WhatsAppException failure) when (failure is not WhatsAppDisconnectedException and not WhatsAppStoreException)
        {
            LogPostponed(_logger, _context.Label, failure);
        }
    }

    [LoggerMessage(1301, LogLevel.Warning, "{Device}: the server does not have the keys that this device has; uploading anew")]
    private static partial void LogDigestDiffers(ILogger logger, string device);

    [LoggerMessage(1302, LogLevel.Information, "{Device}: the signed pre-key is now number {Id}")]
    private static partial void LogRotated(ILogger logger, string device, uint id);

    [LoggerMessage(1303, LogLevel.Warning, "{Device}: work on pre-keys is postponed")]
    private static partial void LogPostponed(ILogger logger, string device, Exception failure);
}
