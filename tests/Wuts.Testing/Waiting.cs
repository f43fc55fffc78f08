using System.Threading.Channels;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Pairing;

namespace Wuts.Testing;

/// <summary>Waiting for the events of clients and the steps of pairings.</summary>
public static class Waiting
{
    /// <summary>The next disconnect for a reason of a kind; others before it are passed over.</summary>
    public static async Task<WhatsAppEvent.Disconnected> NextDisconnectAsync<TReason>(this WhatsAppClient client)
        where TReason : DisconnectReason
    {
        while (true)
        {
            if (await client.NextAsync<WhatsAppEvent.Disconnected>() is { Reason: TReason } disconnected)
            {
                return disconnected;
            }
        }
    }

    /// <summary>The next preview of a backlog of a certain size; smaller ones, of earlier logins, are passed over.</summary>
    public static async Task<WhatsAppEvent.OfflinePreview> NextOfflinePreviewAsync(this WhatsAppClient client, int total)
    {
        while (true)
        {
            if (await client.NextAsync<WhatsAppEvent.OfflinePreview>() is var preview && preview.Total == total)
            {
                return preview;
            }
        }
    }

    /// <summary>The next event of a kind; others before it are passed over.</summary>
    public static async Task<T> NextAsync<T>(this WhatsAppClient client) where T : WhatsAppEvent =>
        await NextAsync<WhatsAppEvent, T>(client.Events).Within($"{typeof(T).Name}");

    /// <summary>The next step of a kind; others before it are passed over.</summary>
    public static async Task<T> NextAsync<T>(this PairingSession pairing) where T : PairingEvent =>
        await NextAsync<PairingEvent, T>(pairing.Events).Within($"{typeof(T).Name}");

    private static async Task<TWanted> NextAsync<T, TWanted>(ChannelReader<T> events) where TWanted : T
    {
        while (true)
        {
            if (await events.ReadAsync() is TWanted wanted)
            {
                return wanted;
            }
        }
    }
}
