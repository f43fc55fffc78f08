using Google.Protobuf;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Media;

/// <summary>An encrypted file on the media server, and what is needed to find and read it. Sync section 13.3.</summary>
internal sealed class MediaBlob
{
    public required MediaKind Kind { get; init; }

    /// <summary>Phone number of the account that it was uploaded for.</summary>
    public required string Account { get; init; }

    /// <summary>The last part of the path, which names the file.</summary>
    public required string Name { get; init; }

    /// <summary>Path and query on a media host.</summary>
    public required string DirectPath { get; init; }

    public required byte[] MediaKey { get; init; }

    public required EncryptedMedia Content { get; init; }

    /// <summary>After this the server does not hand the file out any more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The reference that stands in app state.</summary>
    public ExternalBlobReference ToReference() => new()
    {
        MediaKey = ByteString.CopyFrom(MediaKey),
        DirectPath = DirectPath,
        Handle = Name,
        FileSizeBytes = (ulong)Content.File.Length,
        FileSha256 = ByteString.CopyFrom(Content.PlainHash),
        FileEncSha256 = ByteString.CopyFrom(Content.EncryptedHash),
    };
}
