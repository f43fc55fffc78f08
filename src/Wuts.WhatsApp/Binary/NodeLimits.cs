using System.Runtime.CompilerServices;

namespace Wuts.WhatsApp.Binary;

/// <summary>
/// What <see cref="NodeReader"/> accepts at most. Each limit is checked before memory is taken, and beyond them no list is
/// believed that announces more than the remaining bytes can hold. A tree takes at most 32 times the bytes it is read from.
/// </summary>
public sealed record NodeLimits
{
    /// <summary>Levels of nodes that <see cref="NodeWriter"/> writes, and <see cref="NodeReader"/> reads by default.</summary>
    public const int DefaultMaxDepth = 128;

    private const int FormatMaximumList = ushort.MaxValue;
    private const int FormatMaximumAttributes = (ushort.MaxValue - 1) / 2;

    /// <summary>The limits that are used when none are given.</summary>
    public static NodeLimits Default { get; } = new();

    /// <summary>Bytes of a frame as it arrives. Default 2^24 − 1, which is the most a frame header can say; at least 1.</summary>
    public int MaxFrameLength { get; init => field = Checked(value, 1, int.MaxValue); } = (1 << 24) - 1;

    /// <summary>Bytes of a compressed frame after inflating. Default 16 MiB; at least 1.</summary>
    public int MaxInflatedLength { get; init => field = Checked(value, 1, 1 << 30); } = 16 << 20;

    /// <summary>Levels of nodes, the outermost one included. Default 128; 1 to 512, because reading recurses.</summary>
    public int MaxDepth { get; init => field = Checked(value, 1, 512); } = DefaultMaxDepth;

    /// <summary>Children of one node. Default 65,535, which is the most a list header can say; at least 1.</summary>
    public int MaxChildren { get; init => field = Checked(value, 1, FormatMaximumList); } = FormatMaximumList;

    /// <summary>Attributes of one node. Default 1,024; 1 to 32,767, which is the most a node header can say.</summary>
    public int MaxAttributes { get; init => field = Checked(value, 1, FormatMaximumAttributes); } = 1024;

    /// <summary>
    /// Nodes and attributes of one frame together. Default 2,097,152; at least 1. Each takes 2 to 3 bytes of the frame at
    /// least and 32 to 48 bytes of memory, so this is what bounds a frame that inflates to nothing but empty nodes: to 100 MB.
    /// The densest long answer, a list of groups with members, takes about 7 bytes for each, so that this and
    /// <see cref="MaxInflatedLength"/> end such a list at about the same length: a million members.
    /// </summary>
    public int MaxItems { get; init => field = Checked(value, 1, int.MaxValue); } = 1 << 21;

    private static int Checked(int value, int minimum, int maximum, [CallerMemberName] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, maximum, name);
        return value;
    }
}
