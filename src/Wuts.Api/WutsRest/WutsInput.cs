using Wuts.Api.Http;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.WutsRest;

/// <summary>How callers of the WUTS dialect name people and groups. Contract wuts 1.6.</summary>
internal static class WutsInput
{
    /// <summary>The rules of the contract.</summary>
    public static readonly AddressRules Addresses = new()
    {
        MinDigits = 10,
        Separators = " -()",
        StrictGroups = true,
    };

    /// <summary>
    /// The person or group that <c>jid</c> or else <c>number</c> names. When it is a problem, it is among those of the reader.
    /// </summary>
    public static Jid Target(ParameterReader query, AddressKinds kinds) =>
        Target(query.Text("jid", AddressRules.MaxLength), query.Text("number", AddressRules.MaxLength), kinds, query.Problems);

    /// <summary>The person or group that one of two values names; <c>jid</c> wins.</summary>
    public static Jid Target(string? jid, string? number, AddressKinds kinds, ProblemList problems)
    {
        if (problems.Count > 0)
        {
            return default;
        }

        if (jid is not null)
        {
            return Read("jid", jid, kinds, problems);
        }

        if (number is not null)
        {
            if (Addresses.TryReadNumber(number, out var digits, out var problem))
            {
                return new Jid(digits, JidServers.User);
            }

            problems.Add("number", problem, FieldFault.Malformed, number);
            return default;
        }

        problems.Add("jid", "jid or number is required", FieldFault.Missing);
        return default;
    }

    /// <summary>The address in a field.</summary>
    public static Jid Read(string field, string text, AddressKinds kinds, ProblemList problems)
    {
        if (!Addresses.TryRead(text, kinds, out var jid, out var problem))
        {
            problems.Add(field, problem, FieldFault.Malformed, text);
        }

        return jid;
    }

    /// <summary>The group in the path.</summary>
    public static Jid Group(Call call, ProblemList problems) => Read("jid", call.Route("jid"), AddressKinds.Group, problems);
}
