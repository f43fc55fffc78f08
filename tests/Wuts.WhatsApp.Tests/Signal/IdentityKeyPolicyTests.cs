using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>Sync section 1.12, as a table.</summary>
public class IdentityKeyPolicyTests
{
    private const string None = "";
    private const string Phone = "aa";
    private const string Key = "bb";
    private const string OtherKey = "cc";

    [Theory]
    [InlineData(nameof(IdentityKeyOwner.OwnPhone), Phone, None, false, nameof(IdentityKeyDecision.First))]
    [InlineData(nameof(IdentityKeyOwner.OwnPhone), Phone, Phone, false, nameof(IdentityKeyDecision.Known))]
    [InlineData(nameof(IdentityKeyOwner.OwnPhone), Phone, Key, false, nameof(IdentityKeyDecision.Changed))]
    [InlineData(nameof(IdentityKeyOwner.OwnPhone), Key, None, true, nameof(IdentityKeyDecision.Refused))]
    [InlineData(nameof(IdentityKeyOwner.OwnPhone), Key, Key, true, nameof(IdentityKeyDecision.Refused))]
    [InlineData(nameof(IdentityKeyOwner.OwnCompanion), Key, None, false, nameof(IdentityKeyDecision.Refused))]
    [InlineData(nameof(IdentityKeyOwner.OwnCompanion), Key, OtherKey, false, nameof(IdentityKeyDecision.Refused))]
    [InlineData(nameof(IdentityKeyOwner.OwnCompanion), Key, None, true, nameof(IdentityKeyDecision.First))]
    [InlineData(nameof(IdentityKeyOwner.OwnCompanion), Key, OtherKey, true, nameof(IdentityKeyDecision.Changed))]
    [InlineData(nameof(IdentityKeyOwner.OwnCompanion), Key, Key, false, nameof(IdentityKeyDecision.Known))]
    [InlineData(nameof(IdentityKeyOwner.Other), Key, None, false, nameof(IdentityKeyDecision.First))]
    [InlineData(nameof(IdentityKeyOwner.Other), Key, Key, false, nameof(IdentityKeyDecision.Known))]
    [InlineData(nameof(IdentityKeyOwner.Other), Key, OtherKey, false, nameof(IdentityKeyDecision.Changed))]
    public void Identity_keys_are_believed_by_owner(string owner, string presented, string stored, bool vouched, string expected)
    {
        var decision = IdentityKeyPolicy.Decide(
            Enum.Parse<IdentityKeyOwner>(owner),
            Convert.FromHexString(presented),
            Convert.FromHexString(stored),
            Convert.FromHexString(Phone),
            vouched);
        Assert.Equal(Enum.Parse<IdentityKeyDecision>(expected), decision);
    }
}
