using Wuts.Core.Engine;

namespace Wuts.Silo.Composition;

/// <summary>Whether a process that serves the API reaches a silo: without one it answers nothing about devices. Safe for concurrent use.</summary>
internal sealed class SiloReach : ISupervision
{
    // The client connects before the process serves, so there is one to begin with.
    private int _gateways = 1;

    /// <inheritdoc/>
    public SupervisorState State => Volatile.Read(ref _gateways) > 0 ? SupervisorState.Working : SupervisorState.Failing;

    /// <summary>Notes to how many silos there is a connection.</summary>
    public void Note(int gateways) => Volatile.Write(ref _gateways, gateways);
}
