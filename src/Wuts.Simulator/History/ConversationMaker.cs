using System.Globalization;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.History;

/// <summary>Turns a chat into the form that history has. Sync section 15.2.</summary>
internal sealed class ConversationMaker(PhoneHistory history, HistoryBallast ballast, DateTimeOffset now)
{
    private const long FirstMadeUpPhone = 15_550_900_000_000;
    private const long FirstMadeUpLid = 700_000_000_000_000;

    /// <summary>The chat with its messages.</summary>
    public Conversation Make(HistoryChat chat)
    {
        var conversation = new Conversation
        {
            Id = chat.Jid.ToString(),
            ConversationTimestamp = (ulong)now.ToUnixTimeSeconds(),
        };
        if (chat.Jid.IsGroup)
        {
            conversation.Name = chat.Title ?? "";
            conversation.Participant.AddRange(chat.Participants.Select(person => new GroupParticipant { UserJid = person.ToString() }));
        }
        else if (chat.Title is { } title)
        {
            conversation.DisplayName = title;
        }

        if (chat.Username is { } username)
        {
            conversation.Username = username;
        }

        if (chat is { Alternative: { } other, PairOnlyInReceipts: false })
        {
            _ = chat.Jid.IsLid ? conversation.PnJid = other.ToString() : conversation.LidJid = other.ToString();
        }

        if (!chat.Token.IsEmpty && chat.TokenIssuedAt is { } issued)
        {
            conversation.TcToken = ByteString.CopyFrom(chat.Token.Span);
            conversation.TcTokenTimestamp = (ulong)issued.ToUnixTimeSeconds();
        }

        if (chat.MovedFrom is { } old)
        {
            conversation.OldJid = old.ToString();
        }

        if (chat.MovedTo is { } moved)
        {
            conversation.NewJid = moved.ToString();
        }

        for (var i = 0; i < history.MessagesPerChat; i++)
        {
            conversation.Messages.Add(new HistorySyncMsg { Message = Message(chat, i) });
        }

        return conversation;
    }

    /// <summary>Chats with people who do not exist, without end.</summary>
    public static IEnumerable<HistoryChat> MadeUp()
    {
        for (var i = 0L; ; i++)
        {
            yield return new HistoryChat(
                Jid.Parse(string.Create(CultureInfo.InvariantCulture, $"{FirstMadeUpLid + i}@lid")), $"Chat {i + 1}")
            {
                Alternative = Jid.Parse(string.Create(CultureInfo.InvariantCulture, $"{FirstMadeUpPhone + i}@s.whatsapp.net")),
                PushName = $"Person {i + 1}",
            };
        }
    }

    private WebMessageInfo Message(HistoryChat chat, int number)
    {
        var isOwn = number % 2 == 1;
        var message = new WebMessageInfo
        {
            Key = new WebMessageInfo.Types.Key { RemoteJid = chat.Jid.ToString(), FromMe = isOwn, Id = ballast.NextId() },
            Message = ballast.NextBody(history.MessageBytes),
            MessageTimestamp = (ulong)now.AddMinutes(-number).ToUnixTimeSeconds(),
        };
        if (isOwn)
        {
            if (chat is { PairOnlyInReceipts: true, Alternative: { } partner })
            {
                message.UserReceipt.Add(new UserReceipt { UserJid = partner.ToString(), ReceiptTimestamp = now.ToUnixTimeSeconds() });
            }

            return message;
        }

        if (chat.Jid.IsGroup && chat.Participants is { Count: > 0 } members)
        {
            message.Key.Participant = members[number / 2 % members.Count].ToString();
        }

        if (chat.PushName is { } pushName)
        {
            message.PushName = pushName;
        }

        if (chat.BusinessName is { } business)
        {
            message.VerifiedBizName = business;
        }

        return message;
    }
}
