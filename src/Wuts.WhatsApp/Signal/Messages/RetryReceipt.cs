using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>Asks the sender of a message for it again. Sync section 1.11.</summary>
internal static class RetryReceipt
{
    // <receipt id to type=retry participant? recipient? category=peer?>
    //   <retry count id t v=1 error?/> <registration/> <keys>…</keys>?
    // </receipt>

    /// <summary>Builds the receipt.</summary>
    /// <param name="source">The message.</param>
    /// <param name="attempt">Which attempt this is, from 1 to <see cref="RetryPolicy.MaxAttempts"/>.</param>
    /// <param name="registrationId">Own registration id.</param>
    /// <param name="error">The reason, or <see langword="null"/> to give none.</param>
    /// <param name="keys">
    /// Own keys from <see cref="BundleNodes.Write"/>, with a fresh one-time pre-key that is stored already; empty to give none,
    /// see <see cref="RetryPolicy.IncludesKeys"/>.
    /// </param>
    public static Node Build(
        MessageSource source, int attempt, uint registrationId, RetryError? error, params ReadOnlySpan<Node> keys)
    {
        List<Node> children =
        [
            new("retry",
            [
                ("count", attempt),
                ("id", source.Id),
                ("t", source.Time is { } time ? time.ToUnixTimeSeconds() : default(AttributeValue)),
                ("v", "1"),
                ("error", error is { } code ? (int)code : default(AttributeValue)),
            ]),
            PreKeyNodes.Registration(registrationId),
        ];
        if (!keys.IsEmpty)
        {
            children.Add(new Node("keys", [], keys));
        }

        return new Node(
            "receipt",
            [
                ("id", source.Id),
                ("to", source.From),
                ("participant", source.Participant),
                ("recipient", source.Recipient),
                ("category", source.IsPeer ? "peer" : null),
                ("type", "retry"),
            ],
            [.. children]);
    }
}
