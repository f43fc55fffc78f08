using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Delivery;

internal sealed partial class DeliveryQueue
{
    private static Node EndOfBacklog(int count) =>
        new("ib", [("from", Jid.WhatsApp)], [new Node("offline", [("count", count)])]);

    private static Node Numbered(Node stanza, int number)
    {
        (string, AttributeValue)[] attributes = [.. stanza.Attributes, ("offline", number)];
        return new Node(stanza.Content, stanza.Tag, attributes);
    }

    private Node Preview()
    {
        int Of(string tag) => _pending.Count(stanza => stanza.Key.Class == tag);
        return new Node("ib", [("from", Jid.WhatsApp)],
        [
            new Node("offline_preview",
            [
                ("count", _pending.Count),
                ("message", Of("message")),
                ("notification", Of("notification")),
                ("receipt", Of("receipt")),
                ("appdata", 0),
            ]),
        ]);
    }

    private void Pump()
    {
        lock (_gate)
        {
            if (_pumping)
            {
                return;
            }

            _pumping = true;
        }

        _ = PumpAsync();
    }

    // Sends what is next until nothing is. Only one runs at a time, and a line never throws.
    private async Task PumpAsync()
    {
        while (TakeNext(out var line, out var stanza, out var entry))
        {
            report(entry.Kind, entry.Detail);
            if (!await line(stanza))
            {
                lock (_gate)
                {
                    if (_line == line)
                    {
                        _line = null;
                        _next = null;
                    }
                }
            }
        }
    }

    private bool TakeNext(
        [NotNullWhen(true)] out Func<Node, ValueTask<bool>>? line,
        [NotNullWhen(true)] out Node? stanza,
        out (SimulatorEventKind Kind, string Detail) entry)
    {
        lock (_gate)
        {
            entry = default;
            stanza = null;
            line = _line;
            if (line is not null && _backlogOpen && _backlogLeft == 0)
            {
                _backlogOpen = false;
                stanza = EndOfBacklog(_backlogSent);
                entry = (SimulatorEventKind.OfflineDelivered, _backlogSent.ToString(CultureInfo.InvariantCulture));
                return true;
            }

            if (line is null || _next is null)
            {
                _pumping = false;
                return false;
            }

            var pending = _next.Value;
            _next = _next.Next;
            stanza = pending.Stanza;
            if (pending.IsBacklog)
            {
                stanza = Numbered(stanza, _backlogSent++);
                _backlogLeft--;
            }

            if (pending.SentAt != 0)
            {
                Interlocked.Increment(ref _redeliveries);
            }

            pending.SentAt = time.GetTimestamp();
            pending.IsSent = true;
            entry = (SimulatorEventKind.StanzaSent, pending.Key.ToString());
            return true;
        }
    }
}
