using System.Collections.Frozen;

namespace Wuts.Hosting.Metrics;

/// <summary>Which of Orleans' instruments are told: those that say how a cluster is, and not how it works inside.</summary>
internal static class OrleansInstruments
{
    /// <summary>Name of its meter.</summary>
    public const string MeterName = "Microsoft.Orleans";

    /// <summary>The instruments, as Orleans names them.</summary>
    public static readonly FrozenSet<string> Told = FrozenSet.Create(
        StringComparer.Ordinal,
        "orleans-app-requests-canceled",
        "orleans-app-requests-latency",
        "orleans-app-requests-timedout",
        "orleans-catalog-activation-created",
        "orleans-catalog-activation-destroyed",
        "orleans-catalog-activation-failed-to-activate",
        "orleans-catalog-activations",
        "orleans-client-connected-gateways",
        "orleans-gateway-connected-clients",
        "orleans-gateway-load-shedding",
        "orleans-messaging-expired",
        "orleans-messaging-pings-reply-missed",
        "orleans-messaging-rejected",
        "orleans-messaging-sent-dropped",
        "orleans-messaging-sent-failed",
        "orleans-networking-sockets-closed",
        "orleans-networking-sockets-opened");
}
