using System.Security.Cryptography;
using Wuts.Simulator.Pictures;

namespace Wuts.Simulator;

/// <summary>
/// A picture of a person or a group. Every change is a new one with a new id. Unless bytes are given the content is made from
/// the id whenever it is asked for, so that a world full of pictures costs nothing.
/// </summary>
public sealed class Picture
{
    /// <summary>Edge of the full size in pixels.</summary>
    public const int FullEdge = 640;

    /// <summary>Edge of the preview in pixels.</summary>
    public const int PreviewEdge = 96;

    private readonly byte[]? _full;
    private readonly byte[]? _preview;

    internal Picture(long number, byte[]? full = null, byte[]? preview = null)
    {
        Number = number;
        _full = full;
        _preview = preview ?? full;
    }

    /// <summary>The id.</summary>
    public string Id => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal long Number { get; }

    /// <summary>The JPEG file.</summary>
    /// <param name="preview">The preview instead of the full size.</param>
    public byte[] ToJpeg(bool preview) => (preview ? _preview : _full) ?? Jpeg.Draw(preview ? PreviewEdge : FullEdge, Number);

    /// <summary>The hash of the file that clients compare, in base64.</summary>
    public string HashOf(bool preview) => Convert.ToBase64String(SHA256.HashData(ToJpeg(preview)));
}
