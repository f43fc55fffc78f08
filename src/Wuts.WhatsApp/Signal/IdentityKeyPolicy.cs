namespace Wuts.WhatsApp.Signal;

/// <summary>Whose identity key is in question.</summary>
internal enum IdentityKeyOwner
{
    /// <summary>The phone of the own account (device 0). Its key is the account signature key that pairing gave.</summary>
    OwnPhone,

    /// <summary>Another linked device of the own account.</summary>
    OwnCompanion,

    /// <summary>Anybody else.</summary>
    Other,
}

/// <summary>What to do about an identity key that a message or a bundle presents.</summary>
internal enum IdentityKeyDecision
{
    /// <summary>It is the stored one.</summary>
    Known,

    /// <summary>There was none; store it when the message proves to come from it.</summary>
    First,

    /// <summary>Another one was stored. Forget the sessions of this address, go on, store it and tell the owner.</summary>
    Changed,

    /// <summary>It must not be believed. Nothing changes.</summary>
    Refused,
}

/// <summary>
/// Which identity keys are believed. A gateway has no user to ask, so strangers may change theirs; the own account may not,
/// because what it sends (keys, mappings) decides what this device believes. Sync section 1.12.
/// </summary>
internal static class IdentityKeyPolicy
{
    /// <summary>Decides about a presented key.</summary>
    /// <param name="owner">Whose it would be.</param>
    /// <param name="presented">The presented key.</param>
    /// <param name="stored">The key stored for the address; empty for none.</param>
    /// <param name="phone">The account signature key of the pairing.</param>
    /// <param name="isVouchedFor">Whether a signed device identity came along in which the phone vouches for this key.</param>
    public static IdentityKeyDecision Decide(
        IdentityKeyOwner owner, ReadOnlySpan<byte> presented, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> phone, bool isVouchedFor)
    {
        var isStored = presented.SequenceEqual(stored);
        return owner switch
        {
            IdentityKeyOwner.OwnPhone when !presented.SequenceEqual(phone) => IdentityKeyDecision.Refused,
            IdentityKeyOwner.OwnCompanion when !isStored && !isVouchedFor => IdentityKeyDecision.Refused,
            _ when isStored => IdentityKeyDecision.Known,
            _ => stored.IsEmpty ? IdentityKeyDecision.First : IdentityKeyDecision.Changed,
        };
    }
}
