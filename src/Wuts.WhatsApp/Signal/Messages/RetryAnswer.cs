using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>What to do about a <see cref="RetryRequest"/>. A closed set. Sync section 1.11.</summary>
internal abstract record RetryAnswer
{
    private RetryAnswer()
    {
    }

    /// <summary>Start a new session from the keys that came along, and send again.</summary>
    /// <param name="Keys">The keys.</param>
    public sealed record Rebuild(PreKeyBundle Keys) : RetryAnswer;

    /// <summary>Fetch the device's keys, start a new session from them, and send again.</summary>
    public sealed record Fetch : RetryAnswer;

    /// <summary>Send again in the session that exists; a new one was made a short while ago.</summary>
    public sealed record Resend : RetryAnswer;

    /// <summary>Do nothing.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Ignore(RetryIgnored Reason) : RetryAnswer;

    /// <summary>Decides. Only the own phone is answered; a gateway sends nothing to others.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">The own account.</param>
    /// <param name="sent">The message it is about, or <see langword="null"/> when it is not known.</param>
    /// <param name="lastRebuild">When a session with this device was last made anew for a retry, if ever.</param>
    /// <param name="now">The time.</param>
    public static RetryAnswer Decide(
        RetryRequest request, OwnAccount own, SentMessageRow? sent, DateTimeOffset? lastRebuild, DateTimeOffset now)
    {
        if (!own.Includes(request.Sender) || request.Sender.Device != 0)
        {
            return new Ignore(RetryIgnored.NotTheOwnPhone);
        }

        if (sent is null)
        {
            return new Ignore(RetryIgnored.UnknownMessage);
        }

        if (sent.Resends >= RetryPolicy.MaxResends || request.Attempt > RetryPolicy.MaxAttempts)
        {
            return new Ignore(RetryIgnored.TooManyAttempts);
        }

        if (lastRebuild is { } last && now - last < RetryPolicy.RebuildInterval)
        {
            return new Resend();
        }

        return request.Keys is { } keys ? new Rebuild(keys) : new Fetch();
    }
}

/// <summary>Why a retry request is not answered.</summary>
internal enum RetryIgnored
{
    /// <summary>It does not come from the own phone.</summary>
    NotTheOwnPhone,

    /// <summary>The message was not sent by this device, or too long ago.</summary>
    UnknownMessage,

    /// <summary>The message was sent again often enough.</summary>
    TooManyAttempts,
}
