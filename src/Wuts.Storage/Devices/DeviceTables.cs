using Wuts.Storage.Sql;

namespace Wuts.Storage.Devices;

/// <summary>The tables that hold rows of devices, by what ends their life.</summary>
internal static class DeviceTables
{
    /// <summary>Keys: worthless once the device is unlinked.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        "wuts_credentials", "wuts_pre_keys", "wuts_pre_key_counters", "wuts_signal_sessions", "wuts_signal_identities",
        "wuts_signal_sender_keys", "wuts_signal_payloads", "wuts_signal_retries", "wuts_signal_sent_messages", "wuts_app_state_keys",
        "wuts_app_state_collections", "wuts_app_state_health", "wuts_history_tasks",
    ];

    /// <summary>What was learnt about people: it stays when the device is unlinked, unless it is to be forgotten.</summary>
    public static readonly IReadOnlyList<string> Account =
    [
        "wuts_app_state_records", "wuts_contacts", "wuts_pairs", "wuts_due_lookups", "wuts_pending_edits", "wuts_privacy_tokens",
        "wuts_registrations", "wuts_groups", "wuts_group_members", "wuts_blocklists", "wuts_blocked_people", "wuts_account_settings",
        "wuts_contact_cache", "wuts_pictures",
    ];

    /// <summary>The version of the address book and its removals, which outlive what they count.</summary>
    public static readonly IReadOnlyList<string> Book = ["wuts_books", "wuts_book_removals"];

    /// <summary>Deletes everything that some devices hold; their own rows stay.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="devices">A query for their ids, in which <c>@owner</c> stands for <paramref name="owner"/>.</param>
    /// <param name="owner">Whose devices, or the device itself.</param>
    public static async Task DeleteAsync(DbSession session, string devices, Guid owner)
    {
        // The lease goes first: whoever is writing is waited for, and nobody writes after that.
        await session.ExecuteAsync(
            $"UPDATE wuts_leases SET number = number + 1, owner = NULL WHERE device_id IN ({devices})", ("owner", owner)).ConfigureAwait(false);
        foreach (var table in (string[])[.. Keys, .. Account, .. Book, "wuts_verifications"])
        {
            await session.ExecuteAsync($"DELETE FROM {table} WHERE device_id IN ({devices})", ("owner", owner)).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes the rows of one device from some tables.</summary>
    public static async Task DeleteAsync(DbSession session, IEnumerable<string> tables, Guid device)
    {
        foreach (var table in tables)
        {
            await session.ExecuteAsync($"DELETE FROM {table} WHERE device_id = @device", ("device", device)).ConfigureAwait(false);
        }
    }
}
