using System.Text;
using Wuts.Testing;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>Random conversations over a network that loses, reorders and repeats. The parameter is the seed.</summary>
public class ConversationPropertyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_message_is_read_exactly_once_whatever_the_network_does(int seed)
    {
        var random = new Random(seed);
        var (alice, bob) = Introduced(seed, random);
        var network = new Network(alice, bob);

        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(10))
            {
                case < 4:
                    network.Send(random.Next(2) == 0 ? alice : bob, $"message {step}");
                    break;
                case < 8 when network.InFlight > 0:
                    network.Deliver(random.Next(network.InFlight), repeat: random.Next(4) == 0, kill: random.Next(4) == 0);
                    break;
                case 8 when network.InFlight > 0:
                    network.Lose(random.Next(network.InFlight));
                    break;
                case 9 when network.Delivered > 0:
                    network.Repeat(random.Next(network.Delivered));
                    break;
            }
        }

        Assert.True(network.Delivered > 20, $"seed {seed} delivered only {network.Delivered} messages");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sessions_that_both_sides_start_at_once_converge(int seed)
    {
        var random = new Random(seed);
        var keys = new SeededEntropySource(seed);
        var (alice, bob) = (SignalParty.Create(keys), SignalParty.Create(keys));
        alice.Initiate(bob.Bundle(1));
        bob.Initiate(alice.Bundle(random.Next(2) == 0 ? 1 : null));

        var fromAlice = Enumerable.Range(0, 3).Select(i => alice.Send([(byte)i])).ToArray();
        var fromBob = Enumerable.Range(0, 3).Select(i => bob.Send([(byte)i])).ToArray();
        foreach (var i in Enumerable.Range(0, 6).OrderBy(_ => random.Next()))
        {
            var (receiver, message) = i < 3 ? (bob, fromAlice[i]) : (alice, fromBob[i - 3]);
            Assert.Equal([(byte)(i % 3)], receiver.Receive(message));
        }

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal([1], bob.Receive(alice.Send([1])));
            Assert.Equal([2], alice.Receive(bob.Send([2])));
        }

        Assert.Null(alice.Record.Current!.Pending);
        Assert.Null(bob.Record.Current!.Pending);
        Assert.Equal(alice.Record.Current.BaseKey, bob.Record.Current.BaseKey);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_mutated_message_is_refused_in_a_typed_way_or_read_as_it_was(int seed)
    {
        var random = new Random(seed);
        var (alice, bob) = Introduced(seed, random);
        for (var i = 0; i < 20; i++)
        {
            var plaintext = Encoding.UTF8.GetBytes($"message {i}");
            var (sender, receiver) = random.Next(2) == 0 || bob.Record.Current is null ? (alice, bob) : (bob, alice);
            var message = sender.Send(plaintext);
            var before = receiver.Record.Encode();

            for (var mutation = 0; mutation < 15; mutation++)
            {
                var mutated = message with { Payload = Mutate(message.Payload, random) };
                try
                {
                    // Only what the MAC does not cover can change: registration id and unknown fields of a pre-key message.
                    Assert.Equal(plaintext, receiver.Decrypt(mutated).Plaintext);
                    Assert.True(message.IsPreKeyMessage || mutated.Payload.AsSpan().SequenceEqual(message.Payload));
                }
                catch (SignalException refused)
                {
                    Assert.True(Enum.IsDefined(refused.Failure));
                }

                Assert.Equal(before, receiver.Record.Encode());
            }

            Assert.Equal(plaintext, receiver.Receive(message));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Parsers_throw_nothing_but_the_typed_failure(int seed)
    {
        var random = new Random(seed);
        var (alice, bob) = Introduced(seed, random);
        var group = GroupCipher.Create(SenderKeyRecord.Empty, 7, new SeededEntropySource(seed));
        byte[][] seeds =
        [
            alice.Send("first"u8).Payload,
            SessionCipher.Encrypt(alice.Record, "second"u8, alice.Identity).After.Current!.Encrypt("x"u8).Message.Serialized,
            GroupCipher.Distribute(group).Encode(),
            GroupCipher.Encrypt(group, "third"u8, new SeededEntropySource(seed)).Message.Serialized,
        ];
        Action<byte[]>[] parsers =
        [
            bytes => PreKeySignalMessage.Parse(bytes),
            bytes => SignalMessage.Parse(bytes),
            bytes => SenderKeyDistribution.Parse(bytes),
            bytes => SenderKeyMessage.Parse(bytes),
        ];

        for (var i = 0; i < 400; i++)
        {
            var bytes = seeds[random.Next(seeds.Length)];
            bytes = i % 4 == 0 ? Noise(random) : Mutate(bytes, random);
            var refused = Record.Exception(() => parsers[random.Next(parsers.Length)](bytes));
            Assert.True(refused is null or SignalException, $"seed {seed}, input {Hex.Text(bytes)}: {refused}");
        }
    }

    private static (SignalParty Alice, SignalParty Bob) Introduced(int seed, Random random)
    {
        var keys = new SeededEntropySource(seed);
        var (alice, bob) = (SignalParty.Create(keys), SignalParty.Create(keys));
        alice.Initiate(bob.Bundle(random.Next(2) == 0 ? 1 : null));
        return (alice, bob);
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(120)];
        random.NextBytes(bytes);
        if (bytes.Length > 0 && random.Next(2) == 0)
        {
            bytes[0] = MessageVersion.Current;
        }

        return bytes;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            default:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
        }
    }

    /// <summary>Messages between two parties, and what must happen to each.</summary>
    private sealed class Network(SignalParty alice, SignalParty bob)
    {
        private readonly List<Letter> _inFlight = [];
        private readonly List<Letter> _delivered = [];
        private readonly Dictionary<SignalParty, List<byte[]>> _ratchetKeysSeen = new() { [alice] = [], [bob] = [] };

        public int InFlight => _inFlight.Count;

        public int Delivered => _delivered.Count;

        public void Send(SignalParty sender, string text)
        {
            if (sender.Record.Current is null)
            {
                return;
            }

            var plaintext = Encoding.UTF8.GetBytes(text);
            _inFlight.Add(new Letter(sender == alice ? bob : alice, sender.Send(plaintext), plaintext));
        }

        public void Lose(int index) => _inFlight.RemoveAt(index);

        public void Deliver(int index, bool repeat, bool kill)
        {
            var letter = _inFlight[index];
            _inFlight.RemoveAt(index);
            if (IsForgotten(letter))
            {
                Assert.Equal(SignalFailure.InvalidMac, letter.To.Refusal(letter.Message));
                return;
            }

            if (kill)
            {
                // The process ends after decrypting and before committing; the server delivers again.
                Assert.Equal(letter.Plaintext, letter.To.Decrypt(letter.Message).Plaintext);
            }

            Assert.Equal(letter.Plaintext, letter.To.Receive(letter.Message));
            See(letter);
            _delivered.Add(letter);
            if (repeat)
            {
                Assert.Equal(SignalFailure.Duplicate, letter.To.Refusal(letter.Message));
            }
        }

        public void Repeat(int index)
        {
            var letter = _delivered[index];
            var expected = IsForgotten(letter) ? SignalFailure.InvalidMac : SignalFailure.Duplicate;
            Assert.Equal(expected, letter.To.Refusal(letter.Message));
        }

        private void See(Letter letter)
        {
            var seen = _ratchetKeysSeen[letter.To];
            if (!seen.Exists(key => key.AsSpan().SequenceEqual(letter.RatchetKey)))
            {
                seen.Add(letter.RatchetKey);
            }
        }

        /// <summary>Whether the chain of the message has been pushed out by newer ones.</summary>
        private bool IsForgotten(Letter letter)
        {
            var seen = _ratchetKeysSeen[letter.To];
            var index = seen.FindIndex(key => key.AsSpan().SequenceEqual(letter.RatchetKey));
            return index >= 0 && seen.Count - index > SignalLimits.MaxReceiverChains;
        }
    }

    private sealed record Letter(SignalParty To, SessionEncryption Message, byte[] Plaintext)
    {
        public byte[] RatchetKey { get; } = (Message.IsPreKeyMessage
            ? PreKeySignalMessage.Parse(Message.Payload).Message
            : SignalMessage.Parse(Message.Payload)).RatchetKey;
    }
}
