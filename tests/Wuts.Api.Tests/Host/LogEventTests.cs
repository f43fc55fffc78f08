using System.Reflection;
using Microsoft.Extensions.Logging;
using Wuts.Core.Engine;
using Wuts.Hosting.Composition;
using Wuts.Simulator;
using Wuts.Storage;
using Wuts.WhatsApp;

namespace Wuts.Api.Tests.Host;

/// <summary>The numbers of log events are what operators filter by: one event a number, one block of numbers a project.</summary>
public class LogEventTests
{
    private const BindingFlags Declared =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly (Assembly Assembly, int First)[] Blocks =
    [
        (typeof(WhatsAppClient).Assembly, 1000),
        (typeof(LocalEngine).Assembly, 2000),
        (typeof(WutsStorage).Assembly, 3000),
        (typeof(WutsApi).Assembly, 4000),
        (typeof(GatewayHost).Assembly, 5000),
        (typeof(SimulatorServer).Assembly, 7000),
    ];

    [Fact]
    public void Every_log_event_has_a_number_of_its_own_in_the_block_of_its_project()
    {
        var events = Blocks.SelectMany(block => EventsOf(block.Assembly).Select(id => (Id: id, block.First))).ToList();

        Assert.NotEmpty(events);
        Assert.Equal([], events.GroupBy(e => e.Id).Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.All(events, e => Assert.InRange(e.Id, e.First, e.First + 999));
    }

    private static IEnumerable<int> EventsOf(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => type.GetMethods(Declared))
        .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
        .OfType<int>();
}
