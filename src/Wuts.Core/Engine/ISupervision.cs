namespace Wuts.Core.Engine;

/// <summary>Whether this process looks after devices, or reaches those that do, for whoever asks for its health.</summary>
public interface ISupervision
{
    /// <summary>How that goes.</summary>
    SupervisorState State { get; }
}
