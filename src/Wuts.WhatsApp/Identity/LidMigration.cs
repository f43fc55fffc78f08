using System.Globalization;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Identity;

/// <summary>What the phone tells about the account's move to LIDs. Sync section 5.7.</summary>
/// <param name="Pairs">The addresses that belong together.</param>
/// <param name="MigratedAt">When the phone's chats moved, if it says so.</param>
public sealed record LidMigration(IReadOnlyList<AddressPair> Pairs, DateTimeOffset? MigratedAt)
{
    /// <summary>Most pairs that are taken from one message.</summary>
    public const int MaxPairs = 200_000;

    /// <summary>Reads the payload of the phone's message, which must come from an own device.</summary>
    /// <exception cref="WhatsAppException">The bytes are no such payload, or it is larger than any account.</exception>
    public static LidMigration Parse(ReadOnlySpan<byte> payload)
    {
        LIDMigrationMappingSyncPayload message;
        try
        {
            message = LIDMigrationMappingSyncPayload.Parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new WhatsAppException("The LID migration payload is malformed.", malformed);
        }

        if (message.PnToLidMappings.Count > MaxPairs)
        {
            throw new WhatsAppException("The LID migration payload has too many entries.");
        }

        var pairs = new List<AddressPair>(message.PnToLidMappings.Count);
        foreach (var mapping in message.PnToLidMappings)
        {
            var lid = mapping.LatestLid != 0 ? mapping.LatestLid : mapping.AssignedLid;
            if (mapping.Pn != 0 && lid != 0 && AddressPair.TryCreate(Of(mapping.Pn, JidServers.User), Of(lid, JidServers.Lid), out var pair))
            {
                pairs.Add(pair);
            }
        }

        DateTimeOffset? migratedAt = message.ChatDbMigrationTimestamp is > 0 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds((long)message.ChatDbMigrationTimestamp)
            : null;
        return new LidMigration(pairs, migratedAt);
    }

    private static Jid Of(ulong user, string server) => new(user.ToString(CultureInfo.InvariantCulture), server);
}
