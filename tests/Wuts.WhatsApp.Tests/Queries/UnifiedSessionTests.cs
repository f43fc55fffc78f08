using Wuts.Testing;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Queries;

public class UnifiedSessionTests
{
    [Fact]
    public void Id_follows_the_servers_time_within_a_week()
    {
        var cases = VectorFile.Open("misc.json").GetProperty("unified_session_id").GetProperty("cases").EnumerateArray().ToList();
        Assert.NotEmpty(cases);

        Assert.All(cases, vector =>
        {
            var serverTime = DateTimeOffset.FromUnixTimeMilliseconds(
                vector.GetProperty("now_ms").GetInt64() + vector.GetProperty("offset_ms").GetInt64());
            var report = UnifiedSession.Build(serverTime);
            Assert.Equal("ib", report.Tag);
            Assert.Empty(report.Attributes.ToArray());
            Assert.Equal(vector.TextOf("id"), report.Child("unified_session")!["id"]);
        });
    }
}
