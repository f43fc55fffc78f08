using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Noise;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator;

/// <summary>How the simulated server is set up. Immutable; the defaults are those of the real network where it is known.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Where to listen, for <see cref="SimulatorHost.StartAsync"/>. Default: any free port of the loopback address.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>The clock behind every deadline, timestamp and certificate. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Makes every key, reference and id a function of this number and of the order in which clients come. Default: the
    /// system's random numbers. For tests only: seeded keys are no secret.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>Where log lines go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Faults that are armed from the start. Default: none.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The lowest accepted third part of a client's version 2.3000.N; older ones get failure 405. Default: 0, any.</summary>
    public uint MinimumRevision { get; init; }

    /// <summary>How many references one pair-device offers. Default 6, at least 1.</summary>
    public int ReferencesPerOffer { get; init; } = 6;

    /// <summary>Whether new references follow on the same connection when all have expired. Default: no.</summary>
    public bool RenewReferences { get; init; }

    /// <summary>How long a connection may stay unpaired. Default 210 s.</summary>
    public TimeSpan UnpairedLifetime { get; init; } = TimeSpan.FromSeconds(210);

    /// <summary>How long a phone waits for each answer of the client while pairing. Default 60 s.</summary>
    public TimeSpan PairReplyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a handshake may take. Default 20 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a sent stanza may stay without ack before the stream is ended. Default 60 s.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one write may wait for a client that does not read. Default 30 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server waits for a client to close after it has closed. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a device must have uploaded pre-keys before it may go active. Default: yes.</summary>
    public bool RequirePreKeys { get; init; } = true;

    /// <summary>Below how many one-time pre-keys a device is told that its stock is low. Default 5.</summary>
    public int PreKeyLowMark { get; init; } = 5;

    /// <summary>The routing info that clients are told after login; empty tells none. Default: seven bytes.</summary>
    public byte[] RoutingInfo { get; init; } = [0x08, 0x08, 0x08, 0x05, 0x1A, 0x01, 0x00];

    /// <summary>Largest accepted frame after the handshake in bytes. Default 16 MiB − 1, the most the format can say.</summary>
    public int MaxFrame { get; init; } = 0xFFFFFF;

    /// <summary>How many stanzas may wait for one connection's writer. Default 256.</summary>
    public int OutgoingQueueCapacity { get; init; } = 256;

    /// <summary>How many stanzas may wait for one device or its acks; the oldest is dropped beyond that. Default 100,000.</summary>
    public int DeviceQueueCapacity { get; init; } = 100_000;

    /// <summary>How many bytes the media store may hold. Default 1 GiB.</summary>
    public long MediaCapacity { get; init; } = 1L << 30;

    /// <summary>The id of the first picture; later ones count up. Default: the time of the start in Unix seconds.</summary>
    public long? FirstPictureId { get; init; }

    /// <summary>How many refusals are remembered. Default 1,000.</summary>
    public int RefusalCapacity { get; init; } = 1000;

    /// <summary>How many events are remembered. Default 16,384.</summary>
    public int EventCapacity { get; init; } = 16384;

    /// <summary>Keys and certificates from elsewhere, for replaying recordings. Default: new ones.</summary>
    internal ServerIdentity? Identity { get; init; }

    /// <summary>The ephemeral key of a connection, for replaying recordings. Default: a new one each.</summary>
    internal Func<long, KeyPair>? Ephemeral { get; init; }

    /// <summary>The first id of the server's requests on a connection, for replaying recordings. Default: random.</summary>
    internal uint? FirstIqId { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ReferencesPerOffer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutgoingQueueCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DeviceQueueCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RefusalCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(EventCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrame, 1024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxFrame, 0xFFFFFF);
        ArgumentOutOfRangeException.ThrowIfNegative(PreKeyLowMark);
        ArgumentOutOfRangeException.ThrowIfNegative(MediaCapacity);
        foreach (var (name, value) in new[]
        {
            (nameof(UnpairedLifetime), UnpairedLifetime), (nameof(PairReplyTimeout), PairReplyTimeout),
            (nameof(HandshakeTimeout), HandshakeTimeout), (nameof(AckTimeout), AckTimeout),
            (nameof(WriteTimeout), WriteTimeout), (nameof(CloseTimeout), CloseTimeout),
        })
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        }
    }
}
