using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

public class DeviceIdentitiesTests
{
    private readonly SignalParty _account = SignalParty.Create(new SeededEntropySource(1));
    private readonly SignalParty _companion = SignalParty.Create(new SeededEntropySource(2));
    private readonly SignalParty _other = SignalParty.Create(new SeededEntropySource(3));

    [Theory]
    [InlineData(0x00, 0x01, false, true)]
    [InlineData(0x05, 0x06, true, true)]
    [InlineData(0x05, 0x01, true, true)]
    [InlineData(0x00, 0x06, false, true)]
    [InlineData(0x05, 0x01, false, false)]
    [InlineData(0x00, 0x01, true, false)]
    [InlineData(0x00, 0x02, false, false)]
    public void Both_signatures_are_checked_with_the_prefixes_of_the_device_type(
        byte accountPrefix, byte devicePrefix, bool isHosted, bool expected)
    {
        var vouched = TestDevice.Vouch(_account, _companion, accountPrefix, devicePrefix, isHosted);
        Assert.Equal(expected, IsVouchedFor(vouched, _companion, _account));
    }

    [Fact]
    public void Identity_of_another_device_or_account_is_refused()
    {
        var vouched = TestDevice.Vouch(_account, _companion);
        Assert.False(IsVouchedFor(vouched, _other, _account));
        Assert.False(IsVouchedFor(vouched, _companion, _other));
        Assert.False(IsVouchedFor([], _companion, _account));
        Assert.False(IsVouchedFor([0xFF], _companion, _account));
        Assert.False(IsVouchedFor(vouched[..^1], _companion, _account));
    }

    private static bool IsVouchedFor(byte[] encoded, SignalParty companion, SignalParty account) => DeviceIdentities.IsVouchedFor(
        encoded, companion.Identity.KeyPair.PublicKey, account.Identity.KeyPair.PublicKey);
}
