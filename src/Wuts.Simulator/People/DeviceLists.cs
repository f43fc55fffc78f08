using System.Globalization;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.People;

/// <summary>Writes the list of a person's devices for user queries. Sync section 4.2.</summary>
internal static class DeviceLists
{
    /// <summary>The <c>devices</c> element; without the list when the client shows that it has the current one.</summary>
    public static Node Of(Person person, Node? known)
    {
        var devices = person.Companions;
        var hash = Person.HashOf(devices);
        if (known?["device_hash"] == hash)
        {
            return new Node("devices", [], KeyIndexes(person, devices.Count, withBytes: false));
        }

        var list = new Node(
            "device-list",
            [("hash", hash)],
            [new Node("device", [("id", 0)]), .. devices.Select(Device)]);
        return new Node("devices", [], [list, .. KeyIndexes(person, devices.Count, withBytes: true)]);
    }

    /// <summary>The signed list of key indexes; nothing for somebody without companions.</summary>
    public static Node[] KeyIndexes(Person person, int companions, bool withBytes)
    {
        if (person.Account is not { } account || companions == 0)
        {
            return [];
        }

        var signed = account.Primary.KeyIndexList;
        var time = (long)ADVKeyIndexList.Parser.ParseFrom(signed.Details).Timestamp;
        return
        [
            withBytes
                ? new Node("key-index-list", [("ts", time)], signed.ToByteArray())
                : new Node("key-index-list", [("ts", time)]),
        ];
    }

    private static Node Device(CompanionDevice device) => new("device",
    [
        ("id", device.Id),
        ("key-index", device.KeyIndex.ToString(CultureInfo.InvariantCulture)),
        ("is_hosted", device.IsHosted ? "true" : null),
    ]);
}
