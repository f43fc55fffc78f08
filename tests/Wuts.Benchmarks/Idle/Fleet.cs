using Wuts.WhatsApp;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Stores;

namespace Wuts.Benchmarks.Idle;

/// <summary>Many clients in this process, each linked to an account of its own, with somebody who reads its events.</summary>
internal sealed class Fleet(SimulatorProcess simulator, KeepAliveOptions keepAlive, int preKeys) : IAsyncDisposable
{
    // Enough to keep two cores busy; more would only let handshakes time out.
    private const int ParallelConnects = 8;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly WhatsAppOptions _options = new()
    {
        Endpoint = simulator.Endpoint,
        NoiseRootKey = simulator.RootKey,
        KeepAlive = keepAlive,
        FirstPreKeyBatch = preKeys,
    };

    private readonly List<(WhatsAppClient Client, InMemoryWhatsAppStore Store)> _members = [];

    /// <summary>How many clients are connected now.</summary>
    public int Connected => _members.Count(static member => member.Client.State == WhatsAppState.Connected);

    /// <summary>Links clients by QR code and leaves them connected.</summary>
    public async Task PairAsync(int count, CancellationToken cancellationToken)
    {
        _members.AddRange(Enumerable.Range(0, count).Select(_ => Create(new InMemoryWhatsAppStore())));
        await Parallel.ForEachAsync(
            _members,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelConnects, CancellationToken = cancellationToken },
            async (member, cancelled) => await PairAsync(member.Client, cancelled));
    }

    /// <summary>Disconnects every client.</summary>
    public Task DisconnectAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _members,
        cancellationToken,
        static async (member, cancelled) => await member.Client.DisconnectAsync(cancelled));

    /// <summary>
    /// Gives every client up for a new one that has nothing but the stored credentials, as after a restart of the process, and
    /// connects them all.
    /// </summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            await _members[i].Client.DisposeAsync();
            _members[i] = Create(_members[i].Store);
        }

        await Parallel.ForEachAsync(
            _members,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelConnects, CancellationToken = cancellationToken },
            static async (member, cancelled) =>
            {
                await member.Client.ConnectAsync(cancelled);
                _ = DrainAsync(member.Client);
            });
    }

    /// <summary>Waits until each client got the answers to a number of pings.</summary>
    public async Task WaitForPingsAsync(int rounds, CancellationToken cancellationToken)
    {
        var last = new DateTimeOffset?[_members.Count];
        var answers = new int[_members.Count];
        using var clock = new PeriodicTimer(LookInterval);
        do
        {
            for (var i = 0; i < _members.Count; i++)
            {
                if (_members[i].Client.LastAlive is { } alive && alive != last[i])
                {
                    // What is seen first may be the login.
                    answers[i] += last[i] is null ? 0 : 1;
                    last[i] = alive;
                }
            }
        }
        while (answers.Min() < rounds && await clock.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Empties the stores of their pre-keys.</summary>
    public void ForgetPreKeys() => _members.ForEach(static member => ((InMemoryPreKeyStore)member.Store.PreKeys).Clear());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(_members, static async (member, _) => await member.Client.DisposeAsync());
        _members.Clear();
    }

    private (WhatsAppClient Client, InMemoryWhatsAppStore Store) Create(InMemoryWhatsAppStore store) => (new(_options, store), store);

    private async Task PairAsync(WhatsAppClient client, CancellationToken cancellationToken)
    {
        var phone = await simulator.CreateAccountAsync(cancellationToken);
        await using var pairing = await client.PairAsync(new PairingMethod.Qr(), cancellationToken);
        var qr = await NextQrAsync(pairing, cancellationToken);
        await simulator.ScanAsync(phone, qr, cancellationToken);
        await pairing.Completion.WaitAsync(cancellationToken);
        _ = DrainAsync(client);
    }

    private static async Task<string> NextQrAsync(PairingSession pairing, CancellationToken cancellationToken)
    {
        await foreach (var step in pairing.Events.ReadAllAsync(cancellationToken))
        {
            if (step is PairingEvent.QrCode qr)
            {
                return qr.Text;
            }
        }

        throw new InvalidOperationException("The pairing ended before it showed a QR code.");
    }

    private static async Task DrainAsync(WhatsAppClient client)
    {
        while (await client.Events.WaitToReadAsync())
        {
            while (client.Events.TryRead(out _))
            {
            }
        }
    }
}
