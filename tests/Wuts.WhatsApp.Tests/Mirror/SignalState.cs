using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>What a store holds of the Signal state of one person, under one of their addresses.</summary>
internal sealed class SignalState
{
    private readonly ISignalStore _store;
    private readonly SignalTransaction _rows;

    private SignalState(ISignalStore store, SignalTransaction rows) => (_store, _rows) = (store, rows);

    /// <summary>The devices with which there are sessions.</summary>
    public IReadOnlyList<SignalAddress> Sessions => [.. _rows.Sessions.Keys.Order(Comparer<SignalAddress>.Create((a, b) => a.Device - b.Device))];

    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => _rows.Sessions.Keys.Count + _rows.Identities.Keys.Count + _rows.SenderKeys.Keys.Count == 0;

    /// <summary>Reads everything about a person.</summary>
    public static async Task<SignalState> OfAsync(ISignalStore store, Jid person)
    {
        var query = new SignalQuery();
        query.Users.Add(SignalAddress.FromJid(person).User);
        return new SignalState(store, await store.LoadAsync(query, default));
    }

    /// <summary>The stored session with a device.</summary>
    public byte[]? Session(ushort device) => Row(_rows.Sessions, device);

    /// <summary>The stored identity key of a device.</summary>
    public byte[]? Identity(ushort device) => Row(_rows.Identities, device);

    /// <summary>Writes a session and an identity key for a device of a person.</summary>
    public static async Task SetAsync(ISignalStore store, Jid device, byte[] session, byte[] identity)
    {
        var transaction = new SignalTransaction();
        transaction.Sessions.Set(SignalAddress.FromJid(device), session);
        transaction.Identities.Set(SignalAddress.FromJid(device), identity);
        await store.CommitAsync(transaction, default);
    }

    /// <summary>Deletes all of it, as when an old copy of the store is used.</summary>
    public async Task LoseAsync()
    {
        foreach (var address in Sessions)
        {
            _rows.Sessions.Remove(address);
            _rows.Identities.Remove(address);
        }

        await _store.CommitAsync(_rows, default);
    }

    private static byte[]? Row(RowSet<SignalAddress, byte[]> rows, ushort device) =>
        rows.Keys.Where(address => address.Device == device).Select(address => rows.TryGet(address, out var row) ? row : null).FirstOrDefault();
}
