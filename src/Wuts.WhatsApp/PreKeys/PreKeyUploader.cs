using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>
/// Makes, stores and uploads one-time pre-keys. The caller sees to it that nothing else changes the keys at the server meanwhile.
/// Protocol sections 9.2 and 9.3.
/// </summary>
internal sealed partial class PreKeyUploader(ClientContext context, ILogger logger)
{
    /// <summary>Uploads the first, large batch, whatever the server has.</summary>
    public Task UploadFirstAsync(IStanzaConnection connection, CancellationToken cancellationToken) =>
        UploadAsync(connection, context.Options.FirstPreKeyBatch, cancellationToken);

    /// <summary>Uploads a small batch if the server has only few left. It is asked: an earlier upload may have filled its stock.</summary>
    public async Task RefillAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var answer = await connection.QueryAsync(PreKeyCount.Build(connection.NextId()), cancellationToken).ConfigureAwait(false);
        if (PreKeyCount.Parse(answer) < PreKeyUpload.LowMark)
        {
            await UploadAsync(connection, context.Options.PreKeyBatch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UploadAsync(IStanzaConnection connection, int count, CancellationToken cancellationToken)
    {
        var keys = await LoadOrGenerateAsync(count, cancellationToken).ConfigureAwait(false);
        var credentials = context.Credentials.Current;
        var upload = PreKeyUpload.Build(
            connection.NextId(), credentials.RegistrationId, credentials.IdentityKey.PublicKey, credentials.SignedPreKeys.Current, keys);
        PreKeyUpload.ParseResult(await connection.QueryAsync(upload, cancellationToken).ConfigureAwait(false));
        await context.Store.PreKeys.MarkUploadedAsync([.. keys.Select(key => key.Id)], cancellationToken).ConfigureAwait(false);
        await context.Credentials.UpdateAsync(
            current => current.PreKeysUploaded ? current : current with { PreKeysUploaded = true }, cancellationToken).ConfigureAwait(false);
        LogUploaded(logger, context.Label, keys.Count);
    }

    /// <summary>Keys that an earlier upload left behind, and new ones. All of them are stored when this returns.</summary>
    private async Task<IReadOnlyList<PreKey>> LoadOrGenerateAsync(int count, CancellationToken cancellationToken)
    {
        var store = context.Store.PreKeys;
        var waiting = await store.LoadNotUploadedAsync(count, cancellationToken).ConfigureAwait(false);
        if (waiting.Count >= count)
        {
            return waiting;
        }

        return [.. waiting, .. await context.PreKeyMaker.MakeAsync(count - waiting.Count, cancellationToken).ConfigureAwait(false)];
    }

    [LoggerMessage(1304, LogLevel.Information, "{Device}: {Count} pre-keys uploaded")]
    private static partial void LogUploaded(ILogger logger, string device, int count);
}
