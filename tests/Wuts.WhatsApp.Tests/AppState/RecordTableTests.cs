using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

public class RecordTableTests
{
    [Fact]
    public void Table_agrees_with_a_dictionary_after_any_sequence_of_changes()
    {
        const int Seed = 20260103;
        var random = new Random(Seed);
        var table = new RecordTable();
        var expected = new Dictionary<AppStateMac, AppStateMac>();
        for (var step = 0; step < 20_000; step++)
        {
            var name = Mac(random.Next(3_000));
            if (random.Next(3) > 0)
            {
                var value = Mac(random.Next());
                Assert.Equal(expected.TryGetValue(name, out var old), table.Set(Record(name, value), out var replaced));
                Assert.Equal(old, replaced.ValueMac);
                expected[name] = value;
            }
            else
            {
                table.Remove(name);
                expected.Remove(name);
            }
        }

        Assert.Equal(expected.Count, table.Count);
        for (var i = 0; i < 3_000; i++)
        {
            var known = expected.TryGetValue(Mac(i), out var value);
            Assert.Equal(known, table.TryFind(Mac(i), out var row) && table[row].Alive);
            Assert.True(!known || table[row].Record.ValueMac == value, $"seed {Seed}, record {i}");
        }
    }

    private static AppStateMac Mac(int number)
    {
        Span<byte> bytes = stackalloc byte[AppStateMac.Size];
        BitConverter.TryWriteBytes(bytes, number);
        return new AppStateMac(bytes);
    }

    private static AppStateRecord Record(AppStateMac name, AppStateMac value) => new()
    {
        IndexMac = name,
        ValueMac = value,
        KeyId = default,
        Index = default,
        Value = default,
        ActionVersion = 0,
    };
}
