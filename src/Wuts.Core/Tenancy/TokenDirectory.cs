using System.Collections.Concurrent;
using Wuts.Core.Stores;

namespace Wuts.Core.Tenancy;

/// <summary>
/// Which user a token belongs to, remembered for a moment so that a busy caller costs one look into the store per
/// <see cref="Lifetime"/>. A change in this process is seen at once, one in another process when the memory ends. While the database
/// is away, who was seen within <see cref="AwayLifetime"/> is still known.
/// </summary>
/// <remarks>
/// Only tokens that exist are remembered: guesses cannot fill the memory. That a token was revoked cannot be known while the database
/// cannot be read; that is why the longer memory ends too.
/// </remarks>
public sealed class TokenDirectory(ITenantStore store, TimeProvider time)
{
    /// <summary>How long a user is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>How long a user is remembered who cannot be looked up.</summary>
    public static readonly TimeSpan AwayLifetime = TimeSpan.FromMinutes(15);

    // A database that hangs must not keep a caller waiting who is known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<string, Remembered> _users = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>The active user with a token; <see langword="null"/> when there is none.</summary>
    public ValueTask<User?> FindAsync(string token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _users.TryGetValue(token, out var known) && time.GetElapsedTime(known.At) < Lifetime
            ? ValueTask.FromResult<User?>(known.User)
            : LoadAsync(token, known, cancellationToken);
    }

    /// <summary>The active user with a token, when that was asked a moment ago.</summary>
    public User? FindRemembered(string token) =>
        _users.TryGetValue(token, out var known) && time.GetElapsedTime(known.At) < Lifetime ? known.User : null;

    /// <summary>Something about users changed.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _version);
        _users.Clear();
    }

    private async ValueTask<User?> LoadAsync(string token, Remembered known, CancellationToken cancellationToken)
    {
        if (known.User is null || time.GetElapsedTime(known.At) >= AwayLifetime)
        {
            return await LookUpAsync(token, cancellationToken);
        }

        try
        {
            return await LookUpAsync(token, cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception failure) when (StoreFailure.Is(failure))
        {
            // Unless the token was revoked here meanwhile.
            return _users.TryGetValue(token, out var still) ? still.User : await LookUpAsync(token, cancellationToken);
        }
    }

    private async Task<User?> LookUpAsync(string token, CancellationToken cancellationToken)
    {
        // Every token is a UUID in its canonical form: anything else need not be looked up.
        if (!Guid.TryParseExact(token, "D", out var uuid))
        {
            return null;
        }

        var version = Interlocked.Read(ref _version);
        var at = time.GetTimestamp();
        var user = await store.FindByTokenAsync(uuid.ToString("D"), cancellationToken);
        if (user is not { Active: true })
        {
            _users.TryRemove(token, out _);
            return null;
        }

        // What was read before a change must not be remembered after it.
        if (Interlocked.Read(ref _version) == version)
        {
            if (_users.Count >= MaxRemembered)
            {
                _users.Clear();
            }

            _users[token] = new Remembered(user, at);
        }

        return user;
    }

    private readonly record struct Remembered(User User, long At);
}
