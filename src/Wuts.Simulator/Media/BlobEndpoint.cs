using System.Buffers.Text;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Media;

namespace Wuts.Simulator.Media;

/// <summary>
/// Hands out encrypted files under <c>/media</c>, which clients are told in place of the media hosts. Sync section 13.2.
/// </summary>
/// <remarks>The path alone gives access: Baileys adds neither hash nor type. A client that adds them must do so rightly.</remarks>
internal static class BlobEndpoint
{
    public static void MapBlobs(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        const string Pattern = $"/media{BlobStore.Folder}{{name}}";
        routes.MapGet(Pattern, (string name, HttpRequest request) => Serve(server, name, request.Query));
        routes.MapDelete(Pattern, (string name) => server.Blobs.Delete(name) ? Results.Ok() : Results.NotFound());
    }

    private static IResult Serve(SimulatorServer server, string name, IQueryCollection query)
    {
        if (server.Blobs.Find(name) is not { } blob)
        {
            return Results.NotFound();
        }

        var who = new SessionIdentity(Account: blob.Account);
        IResult Answer(int status, string? refusal = null)
        {
            server.Events.Add(SimulatorEventKind.MediaServed, who, $"{blob.Kind.MmsType()} {status}");
            if (refusal is not null)
            {
                server.Refuse(RefusalKind.BadMediaRequest, refusal, who);
            }

            return Results.StatusCode(status);
        }

        if (query.ContainsKey("hash") && query["hash"] != Base64Url.EncodeToString(blob.Content.EncryptedHash))
        {
            return Answer(StatusCodes.Status404NotFound, "hash is not that of the encrypted file in unpadded base64url.");
        }

        if (query.ContainsKey("mms-type") && query["mms-type"] != blob.Kind.MmsType())
        {
            return Answer(StatusCodes.Status404NotFound, "mms-type is not the kind of the file.");
        }

        if (server.Time.GetUtcNow() > blob.ExpiresAt)
        {
            return Answer(StatusCodes.Status403Forbidden);
        }

        var file = blob.Content.File;
        switch (server.Faults.Take<Fault.Blob>(who, fault => fault.Type is null || fault.Type == blob.Kind.MmsType())?.Defect)
        {
            case BlobDefect.NotFound:
                return Answer(StatusCodes.Status404NotFound);
            case BlobDefect.Gone:
                return Answer(StatusCodes.Status410Gone);
            case BlobDefect.Forbidden:
                return Answer(StatusCodes.Status403Forbidden);
            case BlobDefect.Unavailable:
                return Answer(StatusCodes.Status503ServiceUnavailable);
            case BlobDefect.Truncated:
                file = file[..(file.Length / 2)];
                break;
            case BlobDefect.Corrupted:
                file = [.. file];
                file[file.Length / 2] ^= 1;
                break;
        }

        server.Events.Add(SimulatorEventKind.MediaServed, who, $"{blob.Kind.MmsType()} {StatusCodes.Status200OK}");
        return Results.Bytes(file);
    }
}
