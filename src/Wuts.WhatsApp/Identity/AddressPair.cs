using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Identity;

/// <summary>
/// The two addresses of one account as one source showed them: a LID and a phone number. An observation, not a proof of identity.
/// Sync section 5.
/// </summary>
public readonly record struct AddressPair
{
    private AddressPair(Jid phone, Jid lid)
    {
        Phone = phone;
        Lid = lid;
    }

    /// <summary>Address by phone number, without device.</summary>
    public Jid Phone { get; }

    /// <summary>Address by LID, without device.</summary>
    public Jid Lid { get; }

    /// <summary>
    /// Makes a pair of two addresses in either order. Refused is what may never be stored (sync section 5.3): two addresses of
    /// one kind, groups, servers, bots, and WhatsApp's own account. Device parts and hosted servers are normalised away.
    /// </summary>
    public static bool TryCreate(Jid one, Jid other, out AddressPair pair)
    {
        pair = default;
        var (phone, lid) = one.IsLid ? (other.ToBase(), one.ToBase()) : (one.ToBase(), other.ToBase());
        if (!phone.IsPhone || !lid.IsLid || phone.IsBot || phone.User == "0" || phone.User == lid.User)
        {
            return false;
        }

        pair = new AddressPair(phone, lid);
        return true;
    }

    /// <summary>Makes a pair when both addresses are there.</summary>
    public static bool TryCreate([NotNullWhen(true)] Jid? one, [NotNullWhen(true)] Jid? other, out AddressPair pair)
    {
        pair = default;
        return one is { } first && other is { } second && TryCreate(first, second, out pair);
    }
}
