using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>The message stanzas among the documented ones.</summary>
internal static class MessageVectors
{
    /// <summary>The own account of the documented stanzas.</summary>
    public static OwnAccount Own { get; } = new(Convention("own_pn").WithDevice(12), Convention("own_lid").WithDevice(12));

    /// <summary>What the attributes of a documented message say.</summary>
    public static MessageSource Source(string name)
    {
        Assert.True(MessageSource.TryParse(StanzaVectors.Node(name), Own, out var source));
        return source;
    }

    private static Jid Convention(string name) =>
        Jid.Parse(VectorFile.Open("stanzas.json").GetProperty("conventions").TextOf(name));
}
