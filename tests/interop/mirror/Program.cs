using System.Text.Json;
using System.Text.Json.Serialization;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Stores;

namespace Wuts.InteropMirror;

/// <summary>
/// <c>Wuts.InteropMirror WEBSOCKET MEDIA-BASE ROOT-KEY</c>: links a device by QR and stays connected until its standard input
/// ends. Prints one JSON object a line: <c>qr</c>, <c>linked</c>, <c>synced</c>, and <c>contact</c> with what the mirror holds
/// whenever that has changed.
/// </summary>
internal static class Program
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static async Task<int> Main(string[] args)
    {
        if (args is not [var endpoint, var mediaBase, var rootKey])
        {
            await Console.Error.WriteLineAsync("Usage: Wuts.InteropMirror WEBSOCKET MEDIA-BASE ROOT-KEY");
            return 2;
        }

        using var end = new CancellationTokenSource();
        var options = new WhatsAppOptions
        {
            Endpoint = new Uri(endpoint),
            MediaBaseUrl = new Uri(mediaBase),
            NoiseRootKey = Convert.FromHexString(rootKey),
        };
        await using var client = new WhatsAppClient(options, new InMemoryWhatsAppStore());
        var watching = WatchAsync(client, end.Token);
        var pairing = await client.PairAsync(new PairingMethod.Qr(), end.Token);
        await foreach (var happened in pairing.Events.ReadAllAsync(end.Token))
        {
            switch (happened)
            {
                case PairingEvent.QrCode qr:
                    Print(new { kind = "qr", text = qr.Text });
                    break;
                case PairingEvent.Connected:
                    Print(new { kind = "linked" });
                    break;
                case PairingEvent.Failed failed:
                    Print(new { kind = "failed", reason = failed.Failure.GetType().Name });
                    return 1;
            }
        }

        // Whoever started this process closes its standard input to end it.
        await Console.In.ReadToEndAsync(end.Token);
        await end.CancelAsync();
        await watching;
        return 0;
    }

    private static async Task WatchAsync(WhatsAppClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in client.Events.ReadAllAsync(cancellationToken))
            {
                switch (happened)
                {
                    case WhatsAppEvent.AccountChanged { Change: AccountEvent.ContactChanged contact }:
                        await PrintContactAsync(client, contact.Jid, cancellationToken);
                        break;
                    case WhatsAppEvent.AccountChanged { Change: AccountEvent.CollectionSynced synced }:
                        Print(new { kind = "synced", collection = synced.Collection.ToString(), version = synced.Version });
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the process.
        }
    }

    private static async Task PrintContactAsync(WhatsAppClient client, Jid jid, CancellationToken cancellationToken)
    {
        var contacts = await client.AccountStore.FindContactsAsync([jid], cancellationToken);
        var pairs = await client.AccountStore.FindPairsAsync([jid], cancellationToken);
        var contact = contacts.Count > 0 ? contacts[0] : null;
        Print(new
        {
            kind = "contact",
            jid = jid.ToString(),
            saved = contact?.IsSaved ?? false,
            fullName = contact?.AddressBook?.FullName,
            firstName = contact?.AddressBook?.FirstName,
            onPhone = contact?.SavedOnPhone,
            pushName = contact?.PushName,
            lid = pairs.Count > 0 ? pairs[0].Pair.Lid.ToString() : null,
        });
    }

    private static void Print<T>(T line) => Console.Out.WriteLine(JsonSerializer.Serialize(line, Format));
}
