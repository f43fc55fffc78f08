using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>Makes one-time pre-keys with ids that follow each other, and saves them before anybody sees them.</summary>
internal sealed class PreKeyMaker(IPreKeyStore store)
{
    private readonly AsyncLock _gate = new();

    /// <summary>Makes keys that are to be uploaded.</summary>
    public async Task<IReadOnlyList<PreKey>> MakeAsync(int count, CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            var lastId = await store.GetLastIdAsync(cancellationToken).ConfigureAwait(false);
            var fresh = PreKey.Generate(PreKeyIds.Next(lastId), count);
            await store.AddAsync(fresh, cancellationToken).ConfigureAwait(false);
            return fresh;
        }
    }

    /// <summary>Makes one key that goes to somebody directly and is never uploaded.</summary>
    public async Task<PreKey> MakeOneAsync(CancellationToken cancellationToken)
    {
        var key = (await MakeAsync(1, cancellationToken).ConfigureAwait(false))[0];
        await store.MarkUploadedAsync([key.Id], cancellationToken).ConfigureAwait(false);
        return key;
    }
}
