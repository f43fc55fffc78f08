using Wuts.WhatsApp;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Transport;

/// <summary>
/// Thrown where a client broke the protocol so that its connection must end. The connection records it as a
/// <see cref="Refusal"/>, sends the farewell when there is one, and closes.
/// </summary>
internal sealed class RefusedException : WhatsAppException
{
    public RefusedException(RefusalKind kind, string reason, Node? farewell = null, Exception? innerException = null)
        : base(reason, innerException)
    {
        Kind = kind;
        Farewell = farewell;
    }

    public RefusalKind Kind { get; }

    /// <summary>The last stanza to send, a <c>failure</c> or a <c>stream:error</c>.</summary>
    public Node? Farewell { get; }
}
