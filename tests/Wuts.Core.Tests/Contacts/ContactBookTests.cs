using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tests.Stores;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Tests.Contacts;

public sealed class ContactBookTests
{
    private static readonly Jid Phone = Jid.Parse("15550002222@s.whatsapp.net");
    private static readonly Jid Lid = Jid.Parse("998877@lid");
    private static readonly Jid Other = Jid.Parse("15550001111@s.whatsapp.net");
    private static readonly Jid Stranger = Jid.Parse("555@lid");

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryDatabase _database;
    private readonly IDeviceData _data;

    public ContactBookTests()
    {
        _database = new MemoryDatabase(_time);
        var device = DeviceId.New();
        var lease = ((LeaseResult.Acquired)_database.AcquireAsync(device, "test", TimeSpan.FromDays(1), CancellationToken.None).Result).Fence;
        _data = _database.Open(device, () => lease);
    }

    [Fact]
    public async Task Both_addresses_of_a_person_are_one_row_under_the_number()
    {
        await CommitAsync(Named(Phone, "Joao Pereira"), Pushed(Lid, "Joao"), Seen(Phone, Lid), Pushed(Stranger, "Ana"));

        var page = await ListAsync(new ContactListRequest());

        Assert.Equal([Phone, Stranger], page.Rows.Select(r => r.Jid));
        Assert.Equal(("Joao Pereira", "Joao", Lid), (page.Rows[0].FullName, page.Rows[0].PushName, page.Rows[0].Lid));
        Assert.Null(page.Rows[1].Phone);
    }

    [Fact]
    public async Task A_person_with_a_known_number_is_listed_under_it_also_when_only_the_LID_has_names()
    {
        await CommitAsync(Pushed(Lid, "Joao"), Seen(Phone, Lid));

        Assert.Equal(Phone, Assert.Single((await ListAsync(new ContactListRequest())).Rows).Jid);
    }

    [Fact]
    public async Task By_address_every_record_is_a_row_of_its_own()
    {
        await CommitAsync(Named(Phone, "Joao Pereira"), Pushed(Lid, "Joao"), Seen(Phone, Lid));

        var page = await ListAsync(new ContactListRequest { PerPerson = false });

        Assert.Equal([Phone, Lid], page.Rows.Select(r => r.Jid));
        Assert.Null(page.Rows[0].PushName);
        Assert.Null(page.Rows[1].FullName);
    }

    [Fact]
    public async Task The_own_account_and_people_without_a_name_are_not_listed()
    {
        await CommitAsync(Pushed(Other, "Me"), new AccountWrite.Contact(new ContactRecord(Phone) { ChatTitle = "+1 555" }));
        Assert.True(AddressPair.TryCreate(Other, Stranger, out var own));

        Assert.Empty((await new ContactBook(_data, own).ListAsync(new ContactListRequest(), null, CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task A_known_version_gives_no_rows()
    {
        await CommitAsync(Named(Phone, "Joao"));
        var version = (await ListAsync(new ContactListRequest())).Version;

        var page = await ListAsync(new ContactListRequest { KnownVersion = version });
        await CommitAsync(Named(Phone, "Joao Pereira"));

        Assert.True(page.IsUnchanged);
        Assert.Empty(page.Rows);
        Assert.False((await ListAsync(new ContactListRequest { KnownVersion = version })).IsUnchanged);
    }

    [Fact]
    public async Task A_cursor_shows_what_changed_and_what_went()
    {
        await CommitAsync(Named(Phone, "Joao"), Named(Other, "Maria"));
        var version = (await ListAsync(new ContactListRequest())).Version;
        await CommitAsync(new AccountWrite.Contact(new ContactRecord(Other)), Pushed(Stranger, "Ana"));

        var page = await ListAsync(new ContactListRequest { Since = version });

        Assert.Equal([Stranger], page.Rows.Select(r => r.Jid));
        Assert.Equal([Other], page.Removed);
        Assert.True(page.Version > version);
        Assert.True((await ListAsync(new ContactListRequest { Since = page.Version })).IsUnchanged);
    }

    [Fact]
    public async Task A_pair_that_is_learnt_moves_the_row_to_the_number()
    {
        await CommitAsync(Pushed(Lid, "Joao"));
        var version = (await ListAsync(new ContactListRequest())).Version;
        await CommitAsync(Seen(Phone, Lid));

        var page = await ListAsync(new ContactListRequest { Since = version });

        Assert.Equal([Phone], page.Rows.Select(r => r.Jid));
        Assert.Equal([Lid], page.Removed);
    }

    [Fact]
    public async Task A_cursor_from_before_what_is_kept_or_from_the_future_is_refused()
    {
        await CommitAsync(Named(Phone, "Joao"));
        await _data.DeleteAccountDataAsync(CancellationToken.None);

        Assert.True((await ListAsync(new ContactListRequest { Since = 1 })).CursorTooOld);
        Assert.True((await ListAsync(new ContactListRequest { Since = 10_000 })).CursorTooOld);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_and_overlap()
    {
        var jids = Enumerable.Range(0, 25).Select(i => Jid.Parse($"1555000{i:0000}@s.whatsapp.net")).ToList();
        await CommitAsync([.. jids.Select(j => Named(j, "Somebody"))]);
        var seen = new List<Jid>();
        string? after = null;
        ContactPage page;
        do
        {
            page = await ListAsync(new ContactListRequest { Limit = 10, After = after });
            seen.AddRange(page.Rows.Select(r => r.Jid));
            after = page.Rows[^1].Jid.ToString();
        }
        while (page.HasMore);

        Assert.Equal(jids, seen);
    }

    [Theory]
    [InlineData("PEREIRA")]
    [InlineData("0002222")]
    [InlineData("998877")]
    public async Task A_search_finds_names_and_addresses(string text)
    {
        await CommitAsync(Named(Phone, "Joao Pereira"), Seen(Phone, Lid), Named(Other, "Maria"));

        Assert.Equal(Phone, Assert.Single((await ListAsync(new ContactListRequest { Search = text })).Rows).Jid);
    }

    [Fact]
    public async Task Blocks_are_shown_under_both_addresses()
    {
        await CommitAsync(
            Named(Phone, "Joao"), Seen(Phone, Lid), new AccountWrite.BlockedPeople(new Blocklist([new BlockedPerson(null, Lid)], "2:ab")));

        var found = await new ContactBook(_data, null).FindAsync([Phone, Lid, Other], CancellationToken.None);

        Assert.Equal([true, true, false], found.Select(v => v.IsBlocked));
        Assert.Equal([true, true, false], found.Select(v => v.IsKnown));
        Assert.Null(found[2].IsRegistered);
    }

    private static AccountWrite Named(Jid jid, string name) => new AccountWrite.Contact(new ContactRecord(jid) { AddressBook = new ContactNames(name, null) });

    private static AccountWrite Pushed(Jid jid, string name) => new AccountWrite.Contact(new ContactRecord(jid) { PushName = name });

    private AccountWrite Seen(Jid phone, Jid lid)
    {
        Assert.True(AddressPair.TryCreate(phone, lid, out var pair));
        return new AccountWrite.PairSeen(pair, ObservationSource.UserQuery, _time.GetUtcNow());
    }

    private async Task CommitAsync(params AccountWrite[] writes)
    {
        var commit = new AccountCommit();
        foreach (var write in writes)
        {
            commit.Add(write);
        }

        await _data.Account.CommitAsync(commit, CancellationToken.None);
    }

    private Task<ContactPage> ListAsync(ContactListRequest request) => new ContactBook(_data, null).ListAsync(request, null, CancellationToken.None);
}
