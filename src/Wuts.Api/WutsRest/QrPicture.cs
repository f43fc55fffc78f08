using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using QRCoder;
using Wuts.Api.Http;
using Wuts.Core.Devices;

namespace Wuts.Api.WutsRest;

/// <summary>Draws a QR code: as a PNG for web pages, or with characters for a terminal.</summary>
internal static class QrPicture
{
    private const int PixelsPerModule = 8;

    /// <summary>The picture as a <c>data:</c> URI.</summary>
    public static string DataUri(QrCode code)
    {
        using var modules = Encode(code);
        using var png = new PngByteQRCode(modules);
        return $"data:image/png;base64,{Convert.ToBase64String(png.GetGraphic(PixelsPerModule))}";
    }

    /// <summary>
    /// Whether the caller wants text: it asks for <c>text/plain</c>, and for JSON not or less. A wild card is no wish for text, so that
    /// the usual headers of browsers and libraries get JSON.
    /// </summary>
    public static bool WantsText(HttpRequest request)
    {
        double text = 0, json = 0;
        if (MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            foreach (var type in accepted)
            {
                var quality = type.Quality ?? 1;
                text = type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase) ? Math.Max(text, quality) : text;
                json = type.MediaType.Equals(MediaTypes.Json, StringComparison.OrdinalIgnoreCase) ? Math.Max(json, quality) : json;
            }
        }

        return text > json;
    }

    /// <summary>The code as text for a terminal.</summary>
    public static Reply Text(QrCode code) => Reply.Bytes(Encoding.UTF8.GetBytes(Draw(code)), MediaTypes.Text);

    /// <summary>The code as lines of block characters, two modules above each other per character.</summary>
    public static string Draw(QrCode code)
    {
        using var modules = Encode(code);
        var rows = modules.ModuleMatrix;
        var text = new StringBuilder();
        for (var y = 0; y < rows.Count; y += 2)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                // Dark modules stay unpainted: a terminal is dark, and phones read codes whose quiet zone is the brighter part.
                var upper = !rows[y][x];
                var lower = y + 1 < rows.Count && !rows[y + 1][x];
                text.Append((upper, lower) switch { (true, true) => '█', (true, false) => '▀', (false, true) => '▄', _ => ' ' });
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static QRCodeData Encode(QrCode code) => QRCodeGenerator.GenerateQrCode(code.Text, QRCodeGenerator.ECCLevel.L);
}
