using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>
/// The process ends at every point between receiving a message and acknowledging it, and the server delivers again. Sync section
/// 1.4, "Exactly once".
/// </summary>
public class CrashTests
{
    /// <summary>Before and after each use of the store: load and commit of the decryption, commit of the completion.</summary>
    private const int Points = 6;

    public static TheoryData<int> EveryPoint => [.. Enumerable.Range(0, Points + 1)];

    [Theory]
    [MemberData(nameof(EveryPoint))]
    public async Task Nothing_is_lost_and_nothing_applied_twice(int point)
    {
        var device = TestDevice.Create();
        device.Phone.Initiate(device.Self.Bundle(1));
        HashSet<PayloadId> applied = [];
        List<PayloadId> handled = [];
        for (var number = 0; number < 3; number++)
        {
            var stanza = TestStanzas.PeerMessage($"{number}", TestDevice.OwnPhone, device.Phone.Enc(TestStanzas.KeyShare()));
            var crashes = point < Points;
            var isAcknowledged = await DeliverAsync(device, stanza, new CrashingStore(device.Memory, point));
            Assert.Equal(!crashes, isAcknowledged);
            while (!isAcknowledged)
            {
                isAcknowledged = await DeliverAsync(device, stanza, device.Memory);
            }

            Assert.Equal(number + 1, applied.Count);

            // Only the end of the process between handling and completing makes a handler see a payload twice, and it is told.
            Assert.Equal(point == 4 ? 2 : 1, handled.Count(id => id == handled[^1]));
        }

        async Task<bool> DeliverAsync(TestDevice target, Node delivered, ISignalStore store)
        {
            Assert.True(MessageSource.TryParse(delivered, target.Device.Account, out var source));
            var decryptor = target.Decryptor(store);
            try
            {
                var outcome = Assert.IsType<MessageOutcome.Received>(
                    await decryptor.DecryptAsync(delivered, source, CancellationToken.None));
                foreach (var payload in outcome.Payloads)
                {
                    Assert.Equal(applied.Contains(payload.Id) || IsKept(point), payload.IsRepeated);
                    applied.Add(payload.Id);
                    handled.Add(payload.Id);
                }

                await decryptor.CompleteAsync(outcome.Payloads, CancellationToken.None);
                return true;
            }
            catch (CrashException)
            {
                return false;
            }

            // After the first commit the plaintext comes from the store.
            bool IsKept(int crash) => store == target.Memory && crash is 3 or 4;
        }
    }

    [Fact]
    public async Task Failed_commit_leaves_everything_as_it_was()
    {
        var device = TestDevice.Create();
        device.Phone.Initiate(device.Self.Bundle(1));
        var stanza = TestStanzas.PeerMessage("1", TestDevice.OwnPhone, device.Phone.Enc(TestStanzas.KeyShare()));
        await Assert.ThrowsAsync<CrashException>(() => device.ReceiveAsync(stanza, new CrashingStore(device.Memory, 2)));

        var rows = await device.LoadAsync(Jid.Parse(TestDevice.OwnLid));
        Assert.Empty(rows.Sessions.Keys);
        Assert.Empty(rows.Identities.Keys);
        Assert.Equal(3, rows.PreKeys.Keys.Count);
        Assert.Equal(0, device.Gate.Count);
    }

    private sealed class CrashException : Exception;

    /// <summary>Ends the process before (even) or after (odd) its n-th use.</summary>
    private sealed class CrashingStore(ISignalStore inner, int point) : ISignalStore
    {
        private int _next;

        public async ValueTask<SignalTransaction> LoadAsync(SignalQuery query, CancellationToken cancellationToken)
        {
            Pass();
            var transaction = await inner.LoadAsync(query, cancellationToken);
            Pass();
            return transaction;
        }

        public async ValueTask CommitAsync(SignalTransaction transaction, CancellationToken cancellationToken)
        {
            Pass();
            await inner.CommitAsync(transaction, cancellationToken);
            Pass();
        }

        public ValueTask ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
            inner.ForgetBeforeAsync(time, cancellationToken);

        private void Pass()
        {
            if (_next++ == point)
            {
                throw new CrashException();
            }
        }
    }
}
