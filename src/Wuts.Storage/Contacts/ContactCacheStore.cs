using System.Text.Json;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Storage.Contacts;

/// <summary>What contact actors keep: one row per person, whose parts are one JSON document, since nobody searches them.</summary>
internal sealed class ContactCacheStore(Database database) : IContactCacheStore
{
    // An unlinked device keeps nothing, nor is anything kept that somebody who owned it before comes along with.
    private const string Owned = """
        FROM wuts_devices d JOIN wuts_leases l ON l.device_id = d.id AND l.number = @lease WHERE d.id = @device AND d.destroyed_at IS NULL
        """;

    /// <inheritdoc/>
    public Task<CachedContact> LoadAsync(DeviceId device, Jid jid, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var (document, lease) = await session.FirstAsync(
                """
                SELECT c.document, l.number FROM wuts_leases l LEFT JOIN wuts_contact_cache c ON c.device_id = l.device_id AND c.jid = @jid
                WHERE l.device_id = @device
                """,
                row => (row.OptionalText(0), (long?)row.GetInt64(1)),
                ("device", device.Value), ("jid", jid.ToString())).ConfigureAwait(false);
            return new CachedContact(document is null ? null : Parse(document), lease);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(DeviceId device, Jid jid, ContactState state, long lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var document = JsonSerializer.Serialize(state, ContactStateJson.Default.ContactState);
        return database.WriteAsync(
            async session => await session.ExecuteAsync(
                $"""
                INSERT INTO wuts_contact_cache (device_id, jid, document)
                SELECT d.id, @jid, @document {Owned}
                ON CONFLICT (device_id, jid) DO UPDATE SET document = excluded.document
                """,
                ("device", device.Value), ("jid", jid.ToString()), ("document", document), ("lease", lease)).ConfigureAwait(false),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StoredPicture?> LoadPictureAsync(DeviceId device, Jid jid, PictureSize size, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync(
                "SELECT picture_id, jpeg FROM wuts_pictures WHERE device_id = @device AND jid = @jid AND size = @size",
                row => new StoredPicture(row.GetString(0), row.Bytes(1)), ("device", device.Value), ("jid", jid.ToString()), ("size", (int)size)),
            cancellationToken);

    /// <inheritdoc/>
    public Task SavePictureAsync(DeviceId device, Jid jid, PictureSize size, StoredPicture picture, long lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return database.WriteAsync(
            async session => await session.ExecuteAsync(
                $"""
                INSERT INTO wuts_pictures (device_id, jid, size, picture_id, jpeg)
                SELECT d.id, @jid, @size, @picture, @jpeg {Owned}
                ON CONFLICT (device_id, jid, size) DO UPDATE SET picture_id = excluded.picture_id, jpeg = excluded.jpeg
                """,
                ("device", device.Value), ("jid", jid.ToString()), ("size", (int)size), ("picture", picture.Id), ("jpeg", picture.Jpeg.ToArray()),
                ("lease", lease)).ConfigureAwait(false),
            cancellationToken);
    }

    // A document that cannot be read any more is as good as none: it is a cache.
    private static ContactState? Parse(string document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, ContactStateJson.Default.ContactState);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
