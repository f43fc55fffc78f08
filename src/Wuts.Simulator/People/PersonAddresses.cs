using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>The two addresses of a person, which change together.</summary>
internal sealed record PersonAddresses(Jid Jid, Jid Lid);
