using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.AppState;

internal sealed partial class AppStateSynchronizer
{
    // Collections that are to be fetched share the first request; from then on each goes its own way.
    private async Task RunAsync(
        IReadOnlyCollection<AppStateCollection> collections, RepairEvent happened, IAppStateServer server, CancellationToken cancellationToken)
    {
        var held = new List<(AppStateCollection Collection, IDisposable Gate, RepairStep Step)>();
        try
        {
            foreach (var collection in collections.Distinct().Order())
            {
                var gate = await EnterAsync(collection, cancellationToken);
                var step = (RepairStep)new RepairStep.Wait();
                try
                {
                    step = await NoteAsync(collection, happened, cancellationToken);
                }
                finally
                {
                    if (step is RepairStep.Wait)
                    {
                        gate.Dispose();
                    }
                }

                if (step is not RepairStep.Wait)
                {
                    held.Add((collection, gate, step));
                }
            }

            var toFetch = held.Where(h => h.Step is RepairStep.Fetch).Select(h => h.Collection).ToList();
            var answers = toFetch.Count > 1 ? await AskTogetherAsync(toFetch, server, cancellationToken) : [];
            var runs = held.Select(h => FinishAsync(h.Collection, h.Gate, h.Step, answers.GetValueOrDefault(h.Collection), server, cancellationToken)).ToList();
            held.Clear();
            await Task.WhenAll(runs);
        }
        finally
        {
            held.ForEach(h => h.Gate.Dispose());
        }
    }

    private async Task FinishAsync(
        AppStateCollection collection, IDisposable gate, RepairStep step, CollectionAnswer? first, IAppStateServer server,
        CancellationToken cancellationToken)
    {
        using (gate)
        {
            await DriveAsync(collection, step, first, server, cancellationToken);
        }
    }

    private async Task DriveAsync(
        AppStateCollection collection, RepairStep step, CollectionAnswer? first, IAppStateServer server, CancellationToken cancellationToken)
    {
        while (step is not (RepairStep.Wait or RepairStep.GiveUp))
        {
            var happened = step switch
            {
                RepairStep.Fetch => await _fetcher.FetchAsync(
                    collection, HealthOf(collection).WantsSnapshot, Keys, server, first, deltas: null, cancellationToken),
                RepairStep.AskForKeys keys => await AskForKeysAsync(keys.Ids, server, cancellationToken),
                RepairStep.AskForRecovery => await AskForRecoveryAsync(collection, server, cancellationToken),
                _ => throw new InvalidOperationException("An unknown step."),
            };
            first = null;
            step = happened is null ? new RepairStep.Wait() : await NoteAsync(collection, happened, cancellationToken);
        }
    }

    private async Task<Dictionary<AppStateCollection, CollectionAnswer>> AskTogetherAsync(
        List<AppStateCollection> collections, IAppStateServer server, CancellationToken cancellationToken)
    {
        var requests = new List<CollectionRequest>(collections.Count);
        foreach (var collection in collections)
        {
            var version = (await _store.LoadStateAsync(collection, cancellationToken)).Version;
            requests.Add(new CollectionRequest(collection, HealthOf(collection).WantsSnapshot || version == 0 ? null : version));
        }

        try
        {
            var answers = AppStateQuery.Parse(
                await server.QueryAsync(AppStateQuery.BuildFetch(server.NextId(), requests), cancellationToken));
            return answers.DistinctBy(a => a.Collection).ToDictionary(a => a.Collection);
        }
        catch (WhatsAppException)
        {
            // Each collection then asks for itself, and notes for itself when that fails too.
            return [];
        }
    }

    private async Task<RepairEvent?> AskForKeysAsync(
        IReadOnlyList<AppStateKeyId> ids, IAppStateServer server, CancellationToken cancellationToken)
    {
        IReadOnlyList<(Jid Device, IReadOnlyList<AppStateKeyId> Ids)> requests;
        lock (_keysGate)
        {
            requests = _ledger.Ask(ids, server.OwnDevices, _time.GetUtcNow());
        }

        try
        {
            foreach (var (device, wanted) in requests)
            {
                await server.SendPeerMessageAsync(device, KeyShare.BuildRequest(wanted), cancellationToken);
            }
        }
        catch (WhatsAppException)
        {
            // The next connection asks again.
            lock (_keysGate)
            {
                _ledger.Forget(ids);
            }

            return null;
        }

        return requests.Count > 0 ? new RepairEvent.KeysAsked() : null;
    }

    private async Task<RepairEvent?> AskForRecoveryAsync(
        AppStateCollection collection, IAppStateServer server, CancellationToken cancellationToken)
    {
        if (server.OwnDevices.Where(d => d.Device == 0).Take(1).ToList() is not [var phone])
        {
            return new RepairEvent.NoAnswer();
        }

        try
        {
            var request = RecoveryAnswer.BuildRequest(collection, _time.GetUtcNow());
            return new RepairEvent.RecoveryAsked(await server.SendPeerMessageAsync(phone, request, cancellationToken));
        }
        catch (WhatsAppException)
        {
            return new RepairEvent.NoAnswer();
        }
    }

    private async Task<RepairStep> NoteAsync(AppStateCollection collection, RepairEvent happened, CancellationToken cancellationToken)
    {
        var before = HealthOf(collection);
        var (health, step) = _policy.After(before, happened, _time.GetUtcNow());
        if (!ReferenceEquals(health, before))
        {
            await _store.SaveHealthAsync(collection, health, cancellationToken);
            Volatile.Write(ref _health[(int)collection], health);
            await _listener.HealthChangedAsync(collection, health, cancellationToken);
        }

        return step;
    }

    private async Task<IDisposable> EnterAsync(AppStateCollection collection, CancellationToken cancellationToken)
    {
        var gate = _gates[(int)collection];
        await gate.WaitAsync(cancellationToken);
        return new Held(gate);
    }

    private sealed class Held(SemaphoreSlim gate) : IDisposable
    {
        private SemaphoreSlim? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
