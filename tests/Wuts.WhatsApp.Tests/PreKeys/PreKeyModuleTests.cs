using System.Collections.Concurrent;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.PreKeys;

public class PreKeyModuleTests
{
    // Both carry the signed pre-key: the check's upload, built before the rotation and sent after it, would undo it.
    [Fact]
    public async Task Keys_are_not_rotated_while_a_check_of_them_is_under_way()
    {
        var clock = new ManualTimeProvider();
        var context = new ClientContext(
            new WhatsAppOptions { TimeProvider = clock },
            new InMemoryWhatsAppStore(DeviceCredentials.Create(clock.GetUtcNow() - TimeSpan.FromDays(28))));
        await context.Credentials.LoadAsync(default);
        var connection = new HeldConnection(clock);
        var module = new PreKeyModule(context);

        var checking = module.HandleAsync(
            new Node("notification", [("from", Jid.WhatsApp), ("type", "encrypt"), ("id", "1"), ("t", 1)], [new Node("digest")]), connection, default);
        var rotating = module.HandledAsync(new Node("message", []), connection, default).AsTask();

        Assert.Equal(["digest"], connection.Asked);
        Assert.False(rotating.IsCompleted);
        connection.Answer(new Node("iq", [("type", "error")], [new Node("error", [("code", 503)])]));
        await checking.Within();
        connection.Answer(new Node("iq", [("type", "result")]));
        await rotating.Within();

        Assert.Equal(["digest", "rotate"], connection.Asked);
        Assert.Equal(2u, context.Credentials.Current.SignedPreKeys.Current.Id);
    }

    /// <summary>Keeps every query until the test answers it, the oldest first.</summary>
    private sealed class HeldConnection(TimeProvider clock) : IStanzaConnection
    {
        private readonly ConcurrentQueue<TaskCompletionSource<Node>> _open = new();
        private readonly ConcurrentQueue<Node> _early = new();
        private readonly ConcurrentQueue<string> _asked = new();
        private readonly Lock _gate = new();

        public IEnumerable<string> Asked => _asked;

        public CancellationToken Ended => CancellationToken.None;

        public ServerClock Clock { get; } = new(clock);

        public string NextId() => "id";

        public ValueTask SendAsync(Node stanza, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void End(DisconnectReason reason)
        {
        }

        public Task<Node> QueryAsync(Node stanza, CancellationToken cancellationToken, TimeSpan? timeout = null)
        {
            lock (_gate)
            {
                _asked.Enqueue(stanza.Children[0].Tag);
                var waiting = new TaskCompletionSource<Node>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_early.TryDequeue(out var answer))
                {
                    waiting.SetResult(answer);
                }
                else
                {
                    _open.Enqueue(waiting);
                }

                return waiting.Task;
            }
        }

        public void Answer(Node answer)
        {
            lock (_gate)
            {
                if (_open.TryDequeue(out var waiting))
                {
                    waiting.SetResult(answer);
                }
                else
                {
                    _early.Enqueue(answer);
                }
            }
        }
    }
}
