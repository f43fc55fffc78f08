using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.AppState;

/// <summary>Random lives of an account, each from its seed, which a failure names.</summary>
public class AppStatePropertyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Mirror_equals_the_phone_after_any_edits_key_changes_pages_and_lost_connections(int seed)
    {
        using var fixture = new SyncFixture(seed);
        var random = fixture.Random;
        await fixture.ShareKeysAsync();
        for (var step = 0; step < 120; step++)
        {
            Live(fixture, random);
            fixture.Server.PageSize = random.Next(1, 8);
            fixture.Server.OnQuery = _ =>
            {
                if (random.Next(6) == 0)
                {
                    throw new WhatsAppException("gone");
                }
            };
            if (random.Next(3) == 0)
            {
                await fixture.SyncAsync();
            }

            if (random.Next(10) == 0)
            {
                await fixture.RestartAsync();
            }

            if (random.Next(4) == 0)
            {
                await UploadAsync(fixture, random, step);
            }

            await fixture.ShareKeysAsync();
        }

        fixture.Server.OnQuery = null;
        await SettleAsync(fixture);
        await fixture.AssertMirroredAsync($"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Corruption_anywhere_is_refused_or_repaired_and_never_half_applied(int seed)
    {
        using var fixture = new SyncFixture(seed);
        var random = fixture.Random;
        for (var i = 0; i < 30; i++)
        {
            fixture.Write(i, $"name {i}");
        }

        fixture.Server.TakeSnapshot(SyncFixture.Contacts);
        await fixture.ShareKeysAsync();
        await fixture.AssertMirroredAsync($"seed {seed}");
        for (var step = 0; step < 25; step++)
        {
            Live(fixture, random);
            var before = await fixture.Store.LoadStateAsync(SyncFixture.Contacts, default);
            fixture.Server.OnPatch = (_, patch) => random.Next(2) == 0 ? Damage(patch, random) : patch;
            fixture.Server.OnBlob = blob => random.Next(2) == 0 ? Damage(blob, random) : blob;

            await fixture.SyncAsync();

            // Whatever arrived: the state is one that the phone had, with all its records, and the contacts belong to it.
            await AssertConsistentAsync(fixture, before, $"seed {seed}, step {step}");
            fixture.Server.OnPatch = null;
            fixture.Server.OnBlob = null;
            await SettleAsync(fixture);
            await fixture.AssertMirroredAsync($"seed {seed}, step {step}");
        }
    }

    private static void Live(SyncFixture fixture, Random random)
    {
        if (random.Next(15) == 0)
        {
            fixture.Phone.AddKey();
        }

        var changes = new Dictionary<string, SyncActionValue?>();
        for (var i = random.Next(1, random.Next(20) == 0 ? 60 : 5); i > 0; i--)
        {
            var index = SyncFixture.IndexOf(random.Next(40));
            changes[index] = random.Next(4) == 0 ? null : SyncFixture.Named($"name {random.Next()}");
        }

        fixture.Phone.Write(changes.Select(c => (c.Key, c.Value)), random.Next(5) == 0 ? fixture.Server.Upload : null);
        if (random.Next(10) == 0)
        {
            fixture.Server.TakeSnapshot(SyncFixture.Contacts);
        }
    }

    private static async Task UploadAsync(SyncFixture fixture, Random random, int step)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1755000000000 + step);
        fixture.Server.BeforeUpload = random.Next(3) == 0 ? () => Live(fixture, random) : null;
        var contact = SyncFixture.JidOf(random.Next(40));
        await fixture.Device.UploadAsync(
            [
                random.Next(3) == 0
                    ? AppStateEdit.RemoveContact(contact, now)
                    : AppStateEdit.SetContact(contact, new ContactNames($"edited {step}", null), null, true, now),
            ],
            fixture.Server,
            default);
        fixture.Server.BeforeUpload = null;
    }

    private static async Task SettleAsync(SyncFixture fixture)
    {
        await fixture.ShareKeysAsync();
        for (var i = 0; i < 3; i++)
        {
            await fixture.AnswerPeersAsync();
            fixture.Time.Advance(TimeSpan.FromHours(24));
            await fixture.Device.ConnectedAsync(fixture.Server, mayBeNews: false, default);
        }

        await fixture.SyncAsync();
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = (byte[])bytes.Clone();
        if (random.Next(5) == 0)
        {
            return damaged[..random.Next(damaged.Length)];
        }

        damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
        return damaged;
    }

    private static async Task AssertConsistentAsync(SyncFixture fixture, CollectionState before, string hint)
    {
        var state = await fixture.Store.LoadStateAsync(SyncFixture.Contacts, default);
        var sum = new LtHash();
        var records = 0;
        await foreach (var record in fixture.Store.ReadAllAsync(SyncFixture.Contacts, default))
        {
            sum.Add(record.ValueMac);
            records++;
        }

        Assert.True(sum.Bytes.SequenceEqual(state.Hash.Span), $"records do not add up, {hint}");
        Assert.True(state.Version >= before.Version, $"went back from {before.Version} to {state.Version}, {hint}");
        Assert.True(fixture.Book.Entries.Count == records, $"contacts and records differ, {hint}");
    }
}
