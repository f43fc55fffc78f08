using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Wuts.Simulator.Pictures;

/// <summary>
/// Where pictures are downloaded: addresses that expire, signed so that nothing in them can be changed. Sync section 13.5.
/// Safe for concurrent use.
/// </summary>
internal sealed class PictureHost(SimulatorRandom random, TimeProvider time, PictureSettings settings)
{
    /// <summary>The folder of pictures on the media server.</summary>
    public const string Folder = "/v/t61.24694-24/";

    private const string Parameters = "ccb=11-4";

    // Of the pictures only those that somebody was told an address of.
    private readonly ConcurrentDictionary<long, Picture> _offered = new();
    private readonly byte[] _secret = random.Bytes(32);

    /// <summary>A new address: path and query.</summary>
    public string Offer(Picture picture, bool preview)
    {
        _offered[picture.Number] = picture;
        var expiry = (time.GetUtcNow() + settings.UrlLifetime).ToUnixTimeSeconds().ToString("X8", CultureInfo.InvariantCulture);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{(preview ? Picture.PreviewEdge : Picture.FullEdge)}_{picture.Number}_{picture.Number * 7919}_n.jpg");
        return $"{Folder}{name}?{Parameters}&oh={Sign(name, expiry)}&oe={expiry}&_nc_sid=5e03e0&_nc_cat=101";
    }

    /// <summary>The picture was replaced or removed: its addresses lead nowhere.</summary>
    public void Withdraw(Picture picture) => _offered.TryRemove(picture.Number, out _);

    /// <summary>What an address gives: a status, and the file for 200.</summary>
    public (int Status, byte[]? File) Fetch(string name, string? signature, string? expiry)
    {
        if (expiry is null || signature is null
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(name, expiry)))
            || !long.TryParse(expiry, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
            || time.GetUtcNow().ToUnixTimeSeconds() >= end)
        {
            return (StatusCodes.Status403Forbidden, null);
        }

        // A name that is signed is one of ours.
        var parts = name.Split('_');
        var preview = parts[0] == Picture.PreviewEdge.ToString(CultureInfo.InvariantCulture);
        return _offered.TryGetValue(long.Parse(parts[1], CultureInfo.InvariantCulture), out var picture)
            ? (StatusCodes.Status200OK, picture.ToJpeg(preview))
            : (StatusCodes.Status404NotFound, null);
    }

    private string Sign(string name, string expiry) =>
        "01_" + Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{name}?{Parameters}&oe={expiry}")));
}
