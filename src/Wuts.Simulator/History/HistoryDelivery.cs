namespace Wuts.Simulator;

/// <summary>A piece of history that a phone announced to a device, and what became of it.</summary>
/// <param name="MessageId">Id of the message that announced it.</param>
/// <param name="Device">Number of the device.</param>
/// <param name="Kind">Which part of the history it is.</param>
/// <param name="Order">Its number among the pieces of its kind, from 1.</param>
/// <param name="Progress">How much of its kind is told with it, 0 to 100.</param>
/// <param name="IsInline">Whether it stood in the message itself.</param>
/// <param name="UnpackedBytes">Its size before it was compressed.</param>
/// <param name="EncryptedBytes">The size of the uploaded file; 0 when it is inline.</param>
/// <param name="SentAt">When it was announced, by the simulator's clock.</param>
/// <param name="HandledAt">When the receipt <c>hist_sync</c> came; <see langword="null"/> before that.</param>
/// <param name="Reuploads">How often the device asked for the file again.</param>
public sealed record HistoryDelivery(
    string MessageId,
    int Device,
    HistoryKind Kind,
    uint Order,
    uint Progress,
    bool IsInline,
    long UnpackedBytes,
    long EncryptedBytes,
    DateTimeOffset SentAt,
    DateTimeOffset? HandledAt = null,
    int Reuploads = 0);
