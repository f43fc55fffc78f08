using System.Data.Common;
using Wuts.Core.Contacts;
using Wuts.Core.Identity;
using Wuts.Core.Stores;
using Wuts.Storage.Devices;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Stores;

namespace Wuts.Storage.DeviceData;

/// <summary>What one device holds.</summary>
internal sealed class DeviceRows : IDeviceData
{
    private readonly DeviceScope _scope;
    private readonly PairRows _pairs;
    private readonly BookRows _book;
    private readonly KnownWhileOwned<long> _bookVersion;
    private readonly PendingEditRows _edits;

    public DeviceRows(DeviceScope scope)
    {
        _scope = scope;
        _pairs = new PairRows(scope);
        _book = new BookRows(scope);
        _bookVersion = new KnownWhileOwned<long>(scope, _book.GetVersionAsync);
        _edits = new PendingEditRows(scope, _book);
        Credentials = new CredentialRows(scope);
        PreKeys = new PreKeyRows(scope);
        Account = new AccountRows(scope, _pairs, _book);
    }

    /// <inheritdoc/>
    public ICredentialStore Credentials { get; }

    /// <inheritdoc/>
    public IPreKeyStore PreKeys { get; }

    /// <inheritdoc/>
    public IAccountStore Account { get; }

    /// <inheritdoc/>
    public ValueTask DeleteKeysAsync(CancellationToken cancellationToken) =>
        _scope.WriteAsync(session => DeviceTables.DeleteAsync(session, DeviceTables.Keys, _scope.Id), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DeleteAccountDataAsync(CancellationToken cancellationToken) => _scope.WriteAsync(
        async session =>
        {
            await DeviceTables.DeleteAsync(session, DeviceTables.Account, _scope.Id).ConfigureAwait(false);
            await _book.ForgetAsync(session).ConfigureAwait(false);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetBookVersionAsync(CancellationToken cancellationToken) => _bookVersion.GetAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Jid>?> FindChangedAsync(long since, CancellationToken cancellationToken) =>
        _scope.ReadAsync(session => _book.FindChangedAsync(session, since), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<PairPage> ReadPairsAsync(int offset, int limit, CancellationToken cancellationToken) =>
        _scope.ReadAsync(session => _pairs.ReadPageAsync(session, offset, limit), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PairHistory>> ReadPairHistoryAsync(Jid jid, CancellationToken cancellationToken) =>
        _scope.ReadAsync(session => _pairs.ReadHistoryAsync(session, jid), cancellationToken);

    /// <inheritdoc/>
    public ValueTask SavePendingEditAsync(PendingEdit edit, ContactRecord contact, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edit);
        ArgumentNullException.ThrowIfNull(contact);
        return _edits.SaveAsync(edit, contact, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PendingEdit>> LoadPendingEditsAsync(CancellationToken cancellationToken) => _edits.LoadAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask RemovePendingEditAsync(PendingEdit edit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return _edits.RemoveAsync(edit, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Registration>> FindRegistrationsAsync(
        IReadOnlyCollection<PhoneNumber> phones, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(phones);
        var rows = Batch.OfTexts("phone", phones.Select(phone => phone.Digits));
        return await _scope.ReadAsync(
            session => session.QueryAsync(
                """
                SELECT t.phone, t.is_registered, t.jid, t.lid, t.checked_at
                FROM {rows} JOIN wuts_registrations t ON t.device_id = @device AND t.phone = r.phone
                """,
                rows, ReadRegistration, _scope.Device),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask SaveRegistrationsAsync(IReadOnlyCollection<Registration> registrations, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registrations);
        var rows = Batch.Of(registrations.GroupBy(item => item.Phone).Select(same => same.Last()).ToArray())
            .Text("phone", item => item.Phone.Digits)
            .Flag("is_registered", item => item.IsRegistered)
            .Text("jid", item => item.Jid?.ToString())
            .Text("lid", item => item.Lid?.ToString())
            .Time("checked_at", item => item.CheckedAt);
        return _scope.WriteAsync(
            session => session.ExecuteAsync(
                """
                INSERT INTO wuts_registrations (device_id, phone, is_registered, jid, lid, checked_at, first_checked_at)
                SELECT @device, r.*, r.checked_at FROM {rows} WHERE true
                ON CONFLICT (device_id, phone) DO UPDATE
                SET is_registered = excluded.is_registered, jid = excluded.jid, lid = excluded.lid, checked_at = excluded.checked_at
                """,
                rows, _scope.Device),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DateTimeOffset>> ReadFirstChecksAsync(DateTimeOffset after, CancellationToken cancellationToken) =>
        await _scope.ReadAsync(
            session => session.QueryAsync(
                """
                SELECT first_checked_at FROM wuts_registrations
                WHERE device_id = @device AND first_checked_at > @after ORDER BY first_checked_at
                """,
                row => row.Time(0), _scope.Device, ("after", after)),
            cancellationToken).ConfigureAwait(false);

    private static Registration ReadRegistration(DbDataReader row) =>
        new(PhoneNumber.Parse(row.GetString(0)), row.GetBoolean(1), row.OptionalJid(2), row.OptionalJid(3), row.Time(4));
}
