using System.Buffers.Binary;
using Wuts.Simulator.Sessions.Handlers;
using Wuts.WhatsApp.Signal;

namespace Wuts.Simulator.EndToEnd;

/// <summary>What a phone gets when it asks the server for the keys of a linked device. Protocol section 9.7.</summary>
internal static class DeviceBundles
{
    /// <summary>Takes a bundle from the device's stock; the device is told when its stock runs low.</summary>
    public static PreKeyBundle Take(SimulatorServer server, LinkedDevice device)
    {
        if (device.PreKeys.Take(out var record, server.Options.PreKeyLowMark) is { } left)
        {
            PreKeyHandlers.TellLow(server, device, left);
        }

        var signed = device.PreKeys.Signed;
        return new PreKeyBundle
        {
            RegistrationId = BinaryPrimitives.ReadUInt32BigEndian(device.Registration.RegistrationId),
            IdentityKey = device.Registration.Identity,
            SignedPreKeyId = IdOf(signed.Id),
            SignedPreKey = signed.PublicKey,
            SignedPreKeySignature = signed.Signature,
            OneTimePreKey = record is null
                ? null
                : new RemotePreKey(IdOf(PreKeyStock.Id(record)), PreKeyStock.Key(record).ToArray()),
        };
    }

    /// <summary>The number of a key, which stands in three bytes.</summary>
    public static uint IdOf(ReadOnlySpan<byte> id) => (uint)((id[0] << 16) | (id[1] << 8) | id[2]);
}
