using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core.Identity;

namespace Wuts.Api.WutsRest;

/// <summary>Verified links as our own endpoints show them.</summary>
internal static class LinkJson
{
    /// <summary>There is no such link in the tenant.</summary>
    public static readonly Problem NoLink = new Problem.Own(StatusCodes.Status404NotFound, WutsErrors.NotFound, "link not found");

    /// <summary>The answer to a confirmation or to an operator's decision.</summary>
    public static Reply Answer(LinkOutcome outcome, Call call) => outcome switch
    {
        LinkOutcome.Linked linked => Show(linked.Link),
        LinkOutcome.Conflict conflict => Candidates(conflict.Existing, call.Api.Time.GetUtcNow()),
        LinkOutcome.WrongToken wrong => new Problem.Own(
            StatusCodes.Status400BadRequest, "WRONG_TOKEN",
            string.Create(CultureInfo.InvariantCulture, $"the token is wrong, {wrong.TriesLeft} tries left")),
        LinkOutcome.VerificationOver => new Problem.Own(
            StatusCodes.Status409Conflict, "VERIFICATION_OVER", "the verification was used, has expired or had too many wrong tries"),
        _ => new Problem.Own(StatusCodes.Status404NotFound, WutsErrors.NotFound, "verification not found"),
    };

    /// <summary>One link.</summary>
    public static Reply Show(PersonLink link) => WutsReply.Flat(json =>
    {
        json.WritePropertyName("link"u8);
        Write(json, link);
    });

    /// <summary>Writes a link.</summary>
    public static void Write(Utf8JsonWriter json, PersonLink link)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, link.Link.Id);
        json.WriteJid("phone_jid"u8, link.Link.Phone);
        json.WriteJid("lid_jid"u8, link.Link.Lid);
        json.WriteString("signal"u8, link.Link.Signal == LinkSignal.TokenReply ? "token_reply"u8 : "operator"u8);
        json.WriteOptional("evidence"u8, link.Link.Evidence);
        json.WriteString("recorded_by"u8, link.Link.RecordedBy);
        json.WriteTime("created_at"u8, link.Link.At);
        json.WriteOptionalTime("ended_at"u8, link.EndedAt);
        json.WriteEndObject();
    }

    // The candidates between which a person has to decide come behind the members that every error has.
    private static Reply Candidates(IReadOnlyList<PersonLink> existing, DateTimeOffset now) =>
        Reply.Json(StatusCodes.Status409Conflict, json =>
        {
            json.WriteStartObject();
            WutsDialect.WriteEnvelope(json, WutsErrors.Conflict, "an address is linked to another person; an operator has to decide", now);
            json.WriteStartArray("candidates"u8);
            foreach (var link in existing)
            {
                Write(json, link);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
}
