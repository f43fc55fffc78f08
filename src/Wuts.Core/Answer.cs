using System.Diagnostics.CodeAnalysis;

namespace Wuts.Core;

/// <summary>
/// What an actor answers: a value, or why there is none. Actors answer and do not throw for what a caller must expect, so that
/// an answer means the same when it crosses a process.
/// </summary>
/// <typeparam name="T">The value.</typeparam>
public sealed record Answer<T>
{
    private Answer(T? value, Failure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The value; the default of its type when there is a <see cref="Failure"/>.</summary>
    public T? Value { get; }

    /// <summary>Why there is no value; <see langword="null"/> when there is one.</summary>
    public Failure? Failure { get; }

    /// <summary>
    /// Number of the lease under which the device asked WhatsApp for the value, for whoever stores it elsewhere; <see langword="null"/>
    /// on answers that nobody stores.
    /// </summary>
    public long? Lease { get; init; }

    /// <summary>Takes the answer apart.</summary>
    /// <returns>Whether there is a value.</returns>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Failure? failure)
    {
        value = Value;
        failure = Failure;
        return failure is null;
    }

    /// <summary>An answer with a value.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    internal static Answer<T> Of(T value) => new(value, null);

    /// <summary>An answer without one.</summary>
    public static implicit operator Answer<T>(Failure failure) => new(default, failure ?? throw new ArgumentNullException(nameof(failure)));
}

/// <summary>Makes answers of values whose type is an interface, for which there is no conversion.</summary>
public static class Answer
{
    /// <summary>An answer with a value.</summary>
    public static Answer<T> Of<T>(T value) => Answer<T>.Of(value);
}

/// <summary>The value of an answer that only says that something was done.</summary>
public readonly record struct Done
{
    /// <summary>The one value.</summary>
    public static readonly Done Instance;
}
