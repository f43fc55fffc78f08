using Wuts.Core.Devices;
using Wuts.Testing;

namespace Wuts.Core.Tests.Devices;

public sealed class AnswerMemoryTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly DeviceId _device = DeviceId.New();

    [Fact]
    public void The_last_answer_to_a_question_is_known_with_its_time()
    {
        var memory = new AnswerMemory(_time);
        memory.Keep(_device, "who", "first", 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        memory.Keep(_device, "who", "second", 1);

        Assert.True(memory.TryFind<string>(_device, "who", out var found, out var at));
        Assert.Equal(("second", _time.GetUtcNow(), 1), (found, at, memory.Rows));
        Assert.False(memory.TryFind<string>(_device, "where", out _, out _));
        Assert.False(memory.TryFind<string>(DeviceId.New(), "who", out _, out _));
    }

    [Fact]
    public void The_oldest_answers_go_when_there_are_too_many_rows()
    {
        var memory = new AnswerMemory(_time, maxRows: 10);
        memory.Keep(_device, 1, "one", 4);
        memory.Keep(_device, 2, "two", 4);
        memory.Keep(_device, 3, "three", 4);

        Assert.False(memory.TryFind<string>(_device, 1, out _, out _));
        Assert.True(memory.TryFind<string>(_device, 2, out _, out _));
        Assert.Equal(8, memory.Rows);
    }

    [Fact]
    public void An_answer_that_is_larger_than_the_memory_is_not_kept_and_drives_nothing_out()
    {
        var memory = new AnswerMemory(_time, maxRows: 10);
        memory.Keep(_device, 1, "one", 10);
        memory.Keep(_device, 2, "two", 11);

        Assert.True(memory.TryFind<string>(_device, 1, out _, out _));
        Assert.False(memory.TryFind<string>(_device, 2, out _, out _));
    }

    [Fact]
    public void Old_answers_are_not_told_and_make_room()
    {
        var memory = new AnswerMemory(_time);
        memory.Keep(_device, 1, "one", 5);
        _time.Advance(AnswerMemory.Lifetime);
        Assert.True(memory.TryFind<string>(_device, 1, out _, out _));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(memory.TryFind<string>(_device, 1, out _, out _));
        memory.Keep(_device, 2, "two", 1);
        Assert.Equal(1, memory.Rows);
    }

    [Fact]
    public void A_device_that_is_unlinked_is_forgotten_and_no_other()
    {
        var memory = new AnswerMemory(_time);
        var other = DeviceId.New();
        memory.Keep(_device, 1, "one", 5);
        memory.Keep(other, 1, "two", 3);

        memory.Forget(_device);

        Assert.False(memory.TryFind<string>(_device, 1, out _, out _));
        Assert.Equal(3, memory.Rows);
    }
}
