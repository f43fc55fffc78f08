using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>Sync section 1.12, as a table.</summary>
public class IdentityPolicyTests
{
    private const string None = "";
    private const string Phone = "aa";
    private const string Key = "bb";
    private const string OtherKey = "cc";

    [Theory]
    [InlineData(nameof(IdentityOwner.OwnPhone), Phone, None, false, nameof(IdentityDecision.First))]
    [InlineData(nameof(IdentityOwner.OwnPhone), Phone, Phone, false, nameof(IdentityDecision.Known))]
    [InlineData(nameof(IdentityOwner.OwnPhone), Phone, Key, false, nameof(IdentityDecision.Changed))]
    [InlineData(nameof(IdentityOwner.OwnPhone), Key, None, true, nameof(IdentityDecision.Refused))]
    [InlineData(nameof(IdentityOwner.OwnPhone), Key, Key, true, nameof(IdentityDecision.Refused))]
    [InlineData(nameof(IdentityOwner.OwnCompanion), Key, None, false, nameof(IdentityDecision.Refused))]
    [InlineData(nameof(IdentityOwner.OwnCompanion), Key, OtherKey, false, nameof(IdentityDecision.Refused))]
    [InlineData(nameof(IdentityOwner.OwnCompanion), Key, None, true, nameof(IdentityDecision.First))]
    [InlineData(nameof(IdentityOwner.OwnCompanion), Key, OtherKey, true, nameof(IdentityDecision.Changed))]
    [InlineData(nameof(IdentityOwner.OwnCompanion), Key, Key, false, nameof(IdentityDecision.Known))]
    [InlineData(nameof(IdentityOwner.Other), Key, None, false, nameof(IdentityDecision.First))]
    [InlineData(nameof(IdentityOwner.Other), Key, Key, false, nameof(IdentityDecision.Known))]
    [InlineData(nameof(IdentityOwner.Other), Key, OtherKey, false, nameof(IdentityDecision.Changed))]
    public void Identity_keys_are_believed_by_owner(string owner, string presented, string stored, bool vouched, string expected)
    {
        var decision = IdentityPolicy.Decide(
            Enum.Parse<IdentityOwner>(owner),
            Convert.FromHexString(presented),
            Convert.FromHexString(stored),
            Convert.FromHexString(Phone),
            vouched);
        Assert.Equal(Enum.Parse<IdentityDecision>(expected), decision);
    }
}
