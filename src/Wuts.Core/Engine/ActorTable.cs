using System.Collections.Concurrent;

namespace Wuts.Core.Engine;

/// <summary>The living actors of one kind: at most one life per key at any time.</summary>
internal sealed class ActorTable<TKey, T>(Func<TKey, T> create, Func<T, Task> start, TimeProvider time)
    where TKey : notnull
    where T : class
{
    private readonly ConcurrentDictionary<TKey, Activation<T>> _living = new();

    /// <summary>How many are alive.</summary>
    public int Count => _living.Count;

    /// <summary>Those that live now, in no order. Ones that end later stay in it.</summary>
    /// <remarks>
    /// A copy: a list that LINQ makes of the dictionary itself may hold empty places where an actor has just gone.
    /// </remarks>
    public IReadOnlyList<KeyValuePair<TKey, Activation<T>>> Living => _living.ToArray();

    /// <summary>Calls an actor, which comes to life if it has to.</summary>
    public async Task<TResult> CallAsync<TResult>(TKey key, Func<T, Task<TResult>> call)
    {
        while (true)
        {
            var activation = _living.GetOrAdd(key, k => new Activation<T>(create(k), start, time));
            if (activation.TryCall(call, out var result))
            {
                return await result;
            }

            await activation.Gone;
            _living.TryRemove(KeyValuePair.Create(key, activation));
        }
    }

    /// <summary>Ends an activation that <see cref="Activation{T}.TryEnd"/> or <see cref="Activation{T}.End"/> took out of service.</summary>
    public async Task FinishAsync(TKey key, Activation<T> activation, Func<T, Task> stop)
    {
        try
        {
            await activation.FinishAsync(stop);
        }
        finally
        {
            _living.TryRemove(KeyValuePair.Create(key, activation));
        }
    }
}
