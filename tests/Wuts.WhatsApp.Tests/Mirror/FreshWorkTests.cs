using Wuts.Testing;
using Wuts.WhatsApp.Mirror;

namespace Wuts.WhatsApp.Tests.Mirror;

public sealed class FreshWorkTests
{
    private readonly FreshWork<int> _work = new();
    private readonly TaskCompletionSource<int>[] _runs = [new(), new(), new()];
    private int _started;

    [Fact]
    public async Task Who_asks_while_it_is_done_gets_the_next_run_and_shares_it()
    {
        var first = AskAsync();
        var second = AskAsync();
        var third = AskAsync();

        _runs[0].SetResult(1);
        Assert.Equal(1, await first.Within());
        _runs[1].SetResult(2);

        Assert.Equal((2, 2), (await second.Within(), await third.Within()));
        Assert.Equal(2, _started);
    }

    [Fact]
    public async Task Run_that_fails_does_not_keep_the_next_from_being_done()
    {
        var first = AskAsync();
        var second = AskAsync();

        _runs[0].SetException(new WhatsAppStoreException("no"));
        _runs[1].SetResult(2);

        await Assert.ThrowsAsync<WhatsAppStoreException>(() => first).Within();
        Assert.Equal(2, await second.Within());
        _runs[2].SetResult(3);
        Assert.Equal(3, await AskAsync().Within());
    }

    private Task<int> AskAsync() => _work.RunAsync(() => _runs[Interlocked.Increment(ref _started) - 1].Task, default);
}
