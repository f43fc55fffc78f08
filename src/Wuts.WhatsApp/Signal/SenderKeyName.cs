using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal;

/// <summary>Under which name the sender keys of one member of one group are kept.</summary>
/// <param name="Group">The group, or the broadcast list.</param>
/// <param name="Sender">The member's device.</param>
public readonly record struct SenderKeyName(Jid Group, SignalAddress Sender);
