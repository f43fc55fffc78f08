using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Control;

/// <summary>What may be changed about the history that a phone tells; what is absent stays.</summary>
internal sealed record HistoryPatch(
    bool? On = null,
    bool? InlineBootstrap = null,
    bool? InlineContacts = null,
    bool? IncludesWorld = null,
    bool? ByLid = null,
    int? ChatsPerBlob = null,
    int? MessagesPerChat = null,
    int? MessageBytes = null,
    ReuploadAnswer? OnReupload = null)
{
    public void ApplyTo(PhoneHistory history)
    {
        history.ChatsPerBlob = ChatsPerBlob ?? history.ChatsPerBlob;
        history.MessagesPerChat = MessagesPerChat ?? history.MessagesPerChat;
        history.MessageBytes = MessageBytes ?? history.MessageBytes;
        history.InlineBootstrap = InlineBootstrap ?? history.InlineBootstrap;
        history.InlineContacts = InlineContacts ?? history.InlineContacts;
        history.IncludesWorld = IncludesWorld ?? history.IncludesWorld;
        history.ByLid = ByLid ?? history.ByLid;
        history.OnReupload = OnReupload ?? history.OnReupload;
        history.IsOn = On ?? history.IsOn;
    }
}

/// <summary>The settings of a phone's history as they are shown.</summary>
internal sealed record HistoryView(
    bool On,
    bool InlineBootstrap,
    bool InlineContacts,
    bool IncludesWorld,
    bool ByLid,
    int ChatsPerBlob,
    int MessagesPerChat,
    int MessageBytes,
    ReuploadAnswer OnReupload,
    int Delivered,
    int Handled)
{
    public static HistoryView Of(PhoneHistory history)
    {
        var deliveries = history.Deliveries;
        return new HistoryView(
            history.IsOn,
            history.InlineBootstrap,
            history.InlineContacts,
            history.IncludesWorld,
            history.ByLid,
            history.ChatsPerBlob,
            history.MessagesPerChat,
            history.MessageBytes,
            history.OnReupload,
            deliveries.Count,
            deliveries.Count(delivery => delivery.HandledAt is not null));
    }
}

/// <summary>A chat that is added to a phone's history.</summary>
internal sealed record ChatRequest(
    string Jid, string? Title = null, string? Alternative = null, string? Username = null, string? PushName = null,
    string? MovedFrom = null, string? MovedTo = null)
{
    /// <exception cref="ArgumentException">An address is malformed.</exception>
    public HistoryChat ToChat() => new(Address(Jid), Title)
    {
        Alternative = Optional(Alternative),
        Username = Username,
        PushName = PushName,
        MovedFrom = Optional(MovedFrom),
        MovedTo = Optional(MovedTo),
    };

    private static Jid Address(string text) => Wuts.WhatsApp.Binary.Jid.TryParse(text, out var jid)
        ? jid
        : throw new ArgumentException("This is not the address of a person or group.", nameof(text));

    private static Jid? Optional(string? text) => text is null ? null : Address(text);
}

/// <summary>What is sent: the whole history, or one piece that is filled to a size.</summary>
internal sealed record SendRequest(int? Device = null, HistoryKind? Kind = null, long? Bytes = null);
