using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Queries;

/// <summary>How well WhatsApp vouches for a business name. Sync section 7.3.</summary>
public enum VerifiedLevel
{
    /// <summary>Not said.</summary>
    Unknown,

    /// <summary>A business account that nobody checked.</summary>
    Low,

    /// <summary>An official business account (the badge).</summary>
    High,
}

/// <summary>A business's verified name. Its signatures are not checked: no client does. Sync section 7.3.</summary>
/// <param name="Name">The name; empty when the certificate carries none.</param>
/// <param name="Serial">Serial number of the certificate; 0 without one.</param>
/// <param name="Issuer">Who issued it: <c>smb:wa</c> for small businesses, <c>ent:wa</c> for enterprises; may be empty.</param>
/// <param name="Level">How well WhatsApp vouches for it.</param>
/// <param name="IssuedAt">When it was issued, if the certificate says so.</param>
public sealed record VerifiedName(string Name, ulong Serial, string Issuer, VerifiedLevel Level, DateTimeOffset? IssuedAt)
{
    /// <summary>The issuer of names of enterprises.</summary>
    public const string EnterpriseIssuer = "ent:wa";

    /// <summary>
    /// Reads a <c>&lt;verified_name&gt;</c> element; <see langword="null"/> when it holds no certificate that can be read,
    /// since an element with attributes alone says nothing about the name.
    /// </summary>
    internal static VerifiedName? Read(Node element)
    {
        if (element.ContentBytes.IsEmpty)
        {
            return null;
        }

        try
        {
            var certificate = VerifiedNameCertificate.Parser.ParseFrom(element.ContentBytes.Span);
            var details = VerifiedNameCertificate.Types.Details.Parser.ParseFrom(certificate.Details);
            var level = element["verified_level"] switch
            {
                "high" => VerifiedLevel.High,
                "low" => VerifiedLevel.Low,
                _ => VerifiedLevel.Unknown,
            };
            DateTimeOffset? issuedAt = details.IssueTime is > 0 and <= 253402300799
                ? DateTimeOffset.FromUnixTimeSeconds((long)details.IssueTime)
                : null;
            return new VerifiedName(details.VerifiedName, details.Serial, details.Issuer, level, issuedAt);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
