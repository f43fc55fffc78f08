using System.Text;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

public class AppStateIndexTests
{
    // Left: the UTF-16 code units of the text. Right: the UTF-8 bytes of JSON.stringify([text]) in Node 20.
    [Theory]
    [InlineData("", "5b22225d")]
    [InlineData("0070006c00610069006e", "5b22706c61696e225d")]
    [InlineData("0022", "5b225c22225d")]
    [InlineData("005c", "5b225c5c225d")]
    [InlineData("002f", "5b222f225d")]
    [InlineData("003c002f007300630072006900700074003e", "5b223c2f7363726970743e225d")]
    [InlineData("006100000062", "5b22615c753030303062225d")]
    [InlineData("0001001f007f", "5b225c75303030315c75303031667f225d")]
    [InlineData("00080009000a000c000d000b", "5b225c625c745c6e5c665c725c7530303062225d")]
    [InlineData("00e9", "5b22c3a9225d")]
    [InlineData("00f1002b0026003c003e00270060", "5b22c3b12b263c3e2760225d")]
    [InlineData("5c717530", "5b22e5b1b1e794b0225d")]
    [InlineData("d83edd84", "5b22f09fa684225d")]
    [InlineData("d83e", "5b225c7564383365225d")]
    [InlineData("dd84", "5b225c7564643834225d")]
    [InlineData("0061d83e", "5b22615c7564383365225d")]
    [InlineData("dd84d83e", "5b225c75646438345c7564383365225d")]
    [InlineData("d83ed83edd84", "5b225c7564383365f09fa684225d")]
    [InlineData("20282029", "5b22e280a8e280a9225d")]
    [InlineData("feff", "5b22efbbbf225d")]
    [InlineData("fffd", "5b22efbfbd225d")]
    [InlineData("00a00085", "5b22c2a0c285225d")]
    [InlineData("00650301", "5b2265cc81225d")]
    [InlineData("d83ddc68200dd83ddc69200dd83ddc67", "5b22f09f91a8e2808df09f91a9e2808df09f91a7225d")]
    public void Text_is_written_as_JavaScript_writes_it(string codeUnits, string expected) =>
        Assert.Equal(expected, Hex.Text(AppStateIndex.Write(FromCodeUnits(codeUnits))));

    [Fact]
    public void Parts_are_separated_by_commas_without_blanks()
    {
        Assert.Equal("[]"u8.ToArray(), AppStateIndex.Write());
        Assert.Equal("[\"star\",\"\",\"1\"]"u8.ToArray(), AppStateIndex.Write("star", "", "1"));
    }

    [Fact]
    public void What_was_written_reads_back_and_is_what_other_readers_see()
    {
        var random = new Random(4711);
        for (var round = 0; round < 2_000; round++)
        {
            string[] parts = [.. Enumerable.Range(0, random.Next(0, 7)).Select(_ => RandomText(random))];
            var bytes = AppStateIndex.Write(parts);

            Assert.True(AppStateIndex.TryRead(bytes, out var read));
            Assert.Equal(parts, read);
            Assert.Equal(parts, JsonSerializer.Deserialize<string[]>(bytes));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{}")]
    [InlineData("\"contact\"")]
    [InlineData("[1]")]
    [InlineData("[\"a\",null]")]
    [InlineData("[[\"a\"]]")]
    [InlineData("[\"a\"]x")]
    [InlineData("[\"a\"][]")]
    [InlineData("[\"a\",]")]
    [InlineData("['a']")]
    [InlineData("[\"\\ud83e\"]")]
    [InlineData("[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]")]
    public void Anything_but_a_short_array_of_strings_is_no_index(string json) =>
        Assert.False(AppStateIndex.TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Index_of_another_shape_is_no_index()
    {
        Assert.False(AppStateIndex.TryRead([(byte)'[', (byte)'"', 0xFF, (byte)'"', (byte)']'], out _));
        Assert.False(AppStateIndex.TryRead(AppStateIndex.Write(new string('a', 8 * 1024)), out _));
        Assert.True(AppStateIndex.TryRead(AppStateIndex.Write(new string('a', (8 * 1024) - 4)), out _));
        Assert.True(AppStateIndex.TryRead(" [ \"a\" , \"b\" ] "u8, out var parts));
        Assert.Equal(["a", "b"], parts);
    }

    // Not an encoding: that would replace half a surrogate pair.
    private static string FromCodeUnits(string hex) =>
        string.Concat(Hex.Bytes(hex).Chunk(2).Select(unit => (char)((unit[0] << 8) | unit[1])));

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(0, 12); i > 0; i--)
        {
            text.Append(random.Next(5) switch
            {
                0 => ((char)random.Next(0x20)).ToString(),
                1 => "\"\\/<>&+'"[random.Next(8)].ToString(),
                2 => ((char)random.Next(0x20, 0x7F)).ToString(),
                3 => char.ConvertFromUtf32(random.Next(0x10000, 0x10FFFF)),
                _ => ((char)random.Next(0x80, 0xD800)).ToString(),
            });
        }

        return text.ToString();
    }
}
