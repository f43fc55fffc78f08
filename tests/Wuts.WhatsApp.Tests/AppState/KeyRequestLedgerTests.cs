using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.AppState;

public class KeyRequestLedgerTests
{
    private static readonly Jid Phone = Jid.Parse("491700000000@s.whatsapp.net");
    private static readonly Jid Tablet = Jid.Parse("491700000000:4@s.whatsapp.net");
    private static readonly Jid Desktop = Jid.Parse("491700000000:9@s.whatsapp.net");
    private static readonly Jid[] Devices = [Phone, Tablet, Desktop];
    private static readonly AppStateKeyId One = new([1]);
    private static readonly AppStateKeyId Two = new([2]);

    private readonly KeyRequestLedger _ledger = new();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Phone_is_asked_first_and_not_again_for_a_day()
    {
        Assert.Equal([$"{Phone}: 01 02"], Ask(One, Two));
        Assert.Empty(Ask(One, Two));
        Assert.Equal(_now + KeyRequestLedger.Interval, _ledger.NextDue);

        _now += KeyRequestLedger.Interval;
        Assert.Equal([$"{Phone}: 01", $"{Tablet}: 01", $"{Desktop}: 01"], Ask(One));
    }

    [Fact]
    public void Other_devices_are_asked_at_once_for_what_the_phone_does_not_have()
    {
        Ask(One, Two);
        Assert.Empty(Answer(Phone, [], [One]));

        Assert.Equal([$"{Tablet}: 01", $"{Desktop}: 01"], Ask(One));
        Assert.Empty(Answer(Tablet, [], [One]));
        Assert.Equal([One], Answer(Desktop, [], [One]));
    }

    [Fact]
    public void Key_left_out_of_an_answer_is_asked_for_again_soon()
    {
        Ask(One, Two);
        Answer(Phone, [Key(One)], []);
        Assert.Empty(Ask(Two));

        _now += KeyRequestLedger.PartialAnswerPause;
        Assert.NotEmpty(Ask(Two));
    }

    [Fact]
    public void Key_that_arrived_is_forgotten()
    {
        Ask(One);
        Answer(Phone, [Key(One)], []);

        Assert.Null(_ledger.NextDue);
        Assert.Equal([$"{Phone}: 01"], Ask(One));
    }

    [Fact]
    public void New_connection_repeats_requests_that_are_an_hour_old()
    {
        Ask(One);
        _now += TimeSpan.FromMinutes(30);
        _ledger.Reconnected(_now);
        Assert.Empty(Ask(One));

        _now += TimeSpan.FromMinutes(30);
        _ledger.Reconnected(_now);
        Assert.NotEmpty(Ask(One));
    }

    [Fact]
    public void Requests_of_an_earlier_run_count()
    {
        _ledger.Restore([One], _now - TimeSpan.FromHours(23));

        Assert.Empty(Ask(One));
        _now += TimeSpan.FromHours(1);
        Assert.NotEmpty(Ask(One));
    }

    [Fact]
    public void Request_that_was_not_sent_can_be_repeated()
    {
        Ask(One);
        _ledger.Forget([One]);

        Assert.NotEmpty(Ask(One));
    }

    [Fact]
    public void Only_device_without_the_key_means_that_nobody_has_it()
    {
        _ledger.Ask([One], [Phone], _now);

        Assert.Equal([One], _ledger.Answered(new KeyShare([], [One]), Phone, [Phone], _now));
        Assert.Empty(_ledger.Ask([One], [Phone], _now));
    }

    [Fact]
    public void Denial_of_a_key_that_nobody_asked_for_means_nothing() => Assert.Empty(Answer(Phone, [], [One]));

    private IEnumerable<string> Ask(params AppStateKeyId[] ids) =>
        _ledger.Ask(ids, Devices, _now).Select(r => $"{r.Device}: {string.Join(' ', r.Ids)}");

    private IReadOnlyList<AppStateKeyId> Answer(Jid device, AppStateSyncKey[] keys, AppStateKeyId[] missing) =>
        _ledger.Answered(new KeyShare(keys, missing), device, Devices, _now);

    private static AppStateSyncKey Key(AppStateKeyId id) => new(id, new byte[32], 1);
}
