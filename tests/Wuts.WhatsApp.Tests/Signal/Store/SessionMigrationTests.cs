using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Tests.Signal.Store;

/// <summary>Sync section 1.3.</summary>
public class SessionMigrationTests
{
    private static readonly Jid Group = Jid.Parse("120363021234567890@g.us");
    private readonly SignalTransaction _transaction = new();

    [Fact]
    public void All_devices_move_and_others_stay()
    {
        Load("1.0", 1);
        Load("1.7", 2);
        Load("11.0", 3);
        LoadSenderKey("1.7", 4);

        SessionMigration.Apply(_transaction, "1", "9_1");

        Assert.Equal(["11.0", "9_1.0", "9_1.7"], Names(_transaction.Sessions));
        Assert.Equal(["11.0", "9_1.0", "9_1.7"], Names(_transaction.Identities));
        Assert.Equal(["9_1.7"], _transaction.SenderKeys.Keys.Select(name => name.Sender.ToString()));
        Assert.True(_transaction.Sessions.TryGet(SignalAddress.Parse("9_1.7"), out var session));
        Assert.Equal([2], session);
    }

    [Fact]
    public void Entry_under_the_lid_wins_and_the_old_one_goes()
    {
        Load("1.0", 1);
        Load("9_1.0", 2);
        LoadSenderKey("1.0", 3);
        LoadSenderKey("9_1.0", 4);

        SessionMigration.Apply(_transaction, "1", "9_1");

        Assert.Equal(["9_1.0"], Names(_transaction.Sessions));
        Assert.True(_transaction.Sessions.TryGet(SignalAddress.Parse("9_1.0"), out var session));
        Assert.Equal([2], session);
        Assert.True(_transaction.SenderKeys.TryGet(new SenderKeyName(Group, SignalAddress.Parse("9_1.0")), out var senderKey));
        Assert.Equal([4], senderKey);
        Assert.Single(_transaction.SenderKeys.Keys);
    }

    [Fact]
    public void Session_does_not_move_to_where_only_an_identity_is_known()
    {
        Load("1.0", 1);
        _transaction.Identities.Load(SignalAddress.Parse("9_1.0"), [2]);

        SessionMigration.Apply(_transaction, "1", "9_1");

        Assert.Empty(_transaction.Sessions.Keys);
        Assert.True(_transaction.Identities.TryGet(SignalAddress.Parse("9_1.0"), out var identity));
        Assert.Equal([2], identity);
    }

    [Fact]
    public void Doing_it_again_changes_nothing()
    {
        Load("9_1.0", 1);
        SessionMigration.Apply(_transaction, "1", "9_1");
        Assert.False(_transaction.HasChanges);
    }

    private static IEnumerable<string> Names(RowSet<SignalAddress, byte[]> rows) =>
        rows.Keys.Select(address => address.ToString()).Order(StringComparer.Ordinal);

    private void Load(string address, byte content)
    {
        _transaction.Sessions.Load(SignalAddress.Parse(address), [content]);
        _transaction.Identities.Load(SignalAddress.Parse(address), [content]);
    }

    private void LoadSenderKey(string address, byte content) =>
        _transaction.SenderKeys.Load(new SenderKeyName(Group, SignalAddress.Parse(address)), [content]);
}
