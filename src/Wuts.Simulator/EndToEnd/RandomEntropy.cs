using Wuts.WhatsApp.Signal;

namespace Wuts.Simulator.EndToEnd;

/// <summary>Draws the keys and paddings of a phone from the phone's own stream of random numbers.</summary>
internal sealed class RandomEntropy(SimulatorRandom random) : IEntropySource
{
    public void Fill(Span<byte> bytes) => random.Fill(bytes);
}
