using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.History;

/// <summary>One blob of history before it is written.</summary>
/// <param name="Kind">Which part of the history it is.</param>
/// <param name="Order">Its number among the pieces of its kind.</param>
/// <param name="Progress">How much of its kind is told with it, 0 to 100.</param>
/// <param name="Header">Everything but the chats.</param>
/// <param name="Chats">The chats, made while they are written.</param>
internal sealed record HistoryPiece(
    HistoryKind Kind, uint Order, uint Progress, HistorySync Header, IEnumerable<Conversation> Chats)
{
    public static HistoryPiece Create(HistoryKind kind, uint order, uint progress, IEnumerable<Conversation> chats, Action<HistorySync>? fill = null)
    {
        var header = new HistorySync
        {
            SyncType = (HistorySyncNotification.Types.HistorySyncType)kind,
            ChunkOrder = order,
            Progress = progress,
        };
        fill?.Invoke(header);
        return new HistoryPiece(kind, order, progress, header, chats);
    }
}
