namespace Wuts.WhatsApp.Transport;

/// <summary>A frame is longer than allowed where it stands. Nothing was allocated for it; the connection is given up.</summary>
internal sealed class FrameTooLongException(int length, int limit)
    : WhatsAppException($"A frame of {length} bytes is above the limit of {limit} bytes.")
{
    /// <summary>The length that the frame declared, in bytes.</summary>
    public int Length { get; } = length;

    /// <summary>The limit at that place, in bytes.</summary>
    public int Limit { get; } = limit;
}
