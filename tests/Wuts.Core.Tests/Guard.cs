using System.Runtime.CompilerServices;
using Wuts.WhatsApp;

namespace Wuts.Core.Tests;

/// <summary>Waiting with a limit that is only ever reached when a test has failed.</summary>
internal static class Guard
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    public static async Task Within(this Task task, [CallerArgumentExpression(nameof(task))] string awaited = "")
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Nothing happened within {Limit}: {awaited}");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string awaited = "")
    {
        await ((Task)task).Within(awaited);
        return await task;
    }

    /// <summary>The value of an answer that has to have one.</summary>
    public static async Task<T> Value<T>(this Task<Answer<T>> answer, [CallerArgumentExpression(nameof(answer))] string asked = "")
    {
        var answered = await answer.Within(asked);
        Assert.True(answered.TryGet(out var value, out var failure), $"{asked} failed: {failure}");
        return value!;
    }

    /// <summary>The failure of an answer that has to have one.</summary>
    public static async Task<Failure> Failure<T>(this Task<Answer<T>> answer, [CallerArgumentExpression(nameof(answer))] string asked = "")
    {
        var answered = await answer.Within(asked);
        return Assert.IsAssignableFrom<Failure>(answered.Failure);
    }
}

/// <summary>A random source that always says the same.</summary>
internal sealed class FixedRandom(double value) : IRandomSource
{
    public double NextDouble() => value;
}
