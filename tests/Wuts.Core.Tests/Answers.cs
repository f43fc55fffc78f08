using System.Runtime.CompilerServices;
using Wuts.Testing;

namespace Wuts.Core.Tests;

/// <summary>Waiting for answers that have to be of one kind.</summary>
internal static class Answers
{
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
