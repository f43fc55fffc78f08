using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions;

/// <summary>A request of a client. Protocol section 6.1.</summary>
/// <param name="Session">Who asks.</param>
/// <param name="Stanza">The whole iq.</param>
/// <param name="Id">Its id, which the answer repeats.</param>
/// <param name="Xmlns">Its namespace.</param>
/// <param name="Type"><c>get</c> or <c>set</c>.</param>
/// <param name="Child">The child that the route was chosen by, or the first child.</param>
internal sealed record IqRequest(ClientSession Session, Node Stanza, string Id, string Xmlns, string Type, Node? Child)
{
    /// <summary>The server that was asked.</summary>
    public SimulatorServer Server => Session.Server;

    /// <summary>The linked device that asks.</summary>
    /// <exception cref="InvalidOperationException">The route is open to clients that are only registering.</exception>
    public LinkedDevice Device => (Session as LinkedSession)?.Device
        ?? throw new InvalidOperationException("This request has no linked device.");

    /// <summary>The registration that asks.</summary>
    /// <exception cref="InvalidOperationException">The route is open to linked devices.</exception>
    public Registration.RegistrationSession Registration => Session as Registration.RegistrationSession
        ?? throw new InvalidOperationException("This request comes from a linked device.");

    /// <summary>Refuses a request that is not as it should be, and records why.</summary>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="code">The error number for the client.</param>
    public IqAnswer Refuse(string reason, int code)
    {
        Server.Refuse(RefusalKind.BadQuery, reason, Session.Identity);
        return IqAnswer.Error(code);
    }

    /// <summary>Leaves a request without answer, as real servers do with some.</summary>
    /// <param name="what">What it was, for the record.</param>
    public IqAnswer Ignore(string what)
    {
        Server.Events.Add(SimulatorEventKind.RequestIgnored, Session.Identity, $"{Xmlns}: {what}");
        return IqAnswer.None;
    }
}
