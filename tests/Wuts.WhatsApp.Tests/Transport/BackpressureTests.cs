using Wuts.Testing;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class BackpressureTests
{
    private readonly Backpressure _backpressure = new();

    [Fact]
    public void There_is_room_up_to_the_limit()
    {
        Post(Backpressure.QuietLimit - 1);
        Assert.True(_backpressure.WhenRoomAsync().IsCompleted);

        Post(1);
        Assert.False(_backpressure.WhenRoomAsync().IsCompleted);
    }

    [Fact]
    public async Task Handled_stanza_makes_room()
    {
        Post(Backpressure.QuietLimit);
        var room = _backpressure.WhenRoomAsync();

        _backpressure.StanzaHandled();

        await room.Within();
    }

    [Fact]
    public async Task Awaited_answer_makes_room_up_to_the_hard_limit()
    {
        Post(Backpressure.QuietLimit);
        var room = _backpressure.WhenRoomAsync();

        _backpressure.QueryStarted();
        await room.Within();

        Post(Backpressure.HardLimit - Backpressure.QuietLimit);
        Assert.False(_backpressure.WhenRoomAsync().IsCompleted);
    }

    [Fact]
    public void Answer_that_came_brings_the_lower_limit_back()
    {
        _backpressure.QueryStarted();
        Post(Backpressure.QuietLimit);
        Assert.True(_backpressure.WhenRoomAsync().IsCompleted);

        _backpressure.QueryEnded();

        Assert.False(_backpressure.WhenRoomAsync().IsCompleted);
    }

    [Fact]
    public async Task End_lets_the_reader_pass()
    {
        Post(Backpressure.HardLimit);
        var room = _backpressure.WhenRoomAsync();

        _backpressure.End();

        await room.Within();
    }

    private void Post(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _backpressure.StanzaPosted();
        }
    }
}
