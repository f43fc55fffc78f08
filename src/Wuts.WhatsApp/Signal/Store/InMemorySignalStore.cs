using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal.Store;

/// <summary>Signal state that lives as long as the process. For tests, simulated phones and trials.</summary>
public sealed class InMemorySignalStore : ISignalStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SignalAddress, byte[]> _sessions = [];
    private readonly Dictionary<SignalAddress, byte[]> _identities = [];
    private readonly Dictionary<SenderKeyName, byte[]> _senderKeys = [];
    private readonly Dictionary<uint, KeyPair> _preKeys = [];
    private readonly Dictionary<uint, KeyPair> _signedPreKeys = [];
    private readonly Dictionary<PayloadId, PayloadRow> _payloads = [];
    private readonly Dictionary<RetryKey, RetryRow> _retries = [];
    private readonly Dictionary<string, SentMessageRow> _sentMessages = new(StringComparer.Ordinal);

    /// <summary>Adds an own one-time pre-key.</summary>
    public void AddPreKey(uint id, KeyPair pair)
    {
        lock (_lock)
        {
            _preKeys[id] = pair;
        }
    }

    /// <summary>Adds an own signed pre-key.</summary>
    public void AddSignedPreKey(uint id, KeyPair pair)
    {
        lock (_lock)
        {
            _signedPreKeys[id] = pair;
        }
    }

    /// <inheritdoc />
    public ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = new SignalTransaction();
        lock (_lock)
        {
            Load(_sessions, query.Addresses, transaction.Sessions);
            Load(_sessions, _sessions.Keys.Where(address => query.Users.Contains(address.User)), transaction.Sessions);
            Load(_identities, query.Addresses, transaction.Identities);
            Load(_identities, _identities.Keys.Where(address => query.Users.Contains(address.User)), transaction.Identities);
            Load(_senderKeys, query.SenderKeys, transaction.SenderKeys);
            Load(_senderKeys, _senderKeys.Keys.Where(name => query.Users.Contains(name.Sender.User)), transaction.SenderKeys);
            Load(_preKeys, query.PreKeys, transaction.PreKeys);
            Load(_signedPreKeys, query.SignedPreKeys, transaction.SignedPreKeys);
            Load(_payloads, query.Payloads, transaction.Payloads);
            Load(_retries, query.Retries, transaction.Retries);
            Load(_sentMessages, query.SentMessages, transaction.SentMessages);
        }

        return ValueTask.FromResult(transaction);
    }

    /// <inheritdoc />
    public ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Write(_sessions, transaction.Sessions);
            Write(_identities, transaction.Identities);
            Write(_senderKeys, transaction.SenderKeys);
            Write(_preKeys, transaction.PreKeys);
            Write(_payloads, transaction.Payloads);
            Write(_retries, transaction.Retries);
            Write(_sentMessages, transaction.SentMessages);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Forget(_payloads, row => row.ReceivedAt < time);
            Forget(_retries, row => row.LastAt < time);
            Forget(_sentMessages, row => row.SentAt < time);
        }

        return ValueTask.CompletedTask;
    }

    private static void Load<TKey, TRow>(Dictionary<TKey, TRow> rows, IEnumerable<TKey> keys, RowSet<TKey, TRow> into)
        where TKey : notnull
        where TRow : class
    {
        foreach (var key in keys)
        {
            if (rows.TryGetValue(key, out var row))
            {
                into.Load(key, row);
            }
        }
    }

    private static void Write<TKey, TRow>(Dictionary<TKey, TRow> rows, RowSet<TKey, TRow> from)
        where TKey : notnull
        where TRow : class
    {
        foreach (var (key, row) in from.Changes)
        {
            if (row is null)
            {
                rows.Remove(key);
            }
            else
            {
                rows[key] = row;
            }
        }
    }

    private static void Forget<TKey, TRow>(Dictionary<TKey, TRow> rows, Predicate<TRow> isOld)
        where TKey : notnull
    {
        foreach (var key in rows.Where(row => isOld(row.Value)).Select(row => row.Key).ToArray())
        {
            rows.Remove(key);
        }
    }
}
