using Google.Protobuf;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Phones;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Registration;

/// <summary>
/// The last part of every way of pairing: the phone vouches for the client, the client answers with its own signature, and
/// the server records the device and makes the client restart. Protocol sections 7.5 and 7.7.
/// </summary>
internal static class Linking
{
    /// <summary>Links the client of a registration to an account.</summary>
    /// <param name="session">The registration.</param>
    /// <param name="account">The account whose phone agreed.</param>
    /// <param name="advSecret">The secret that phone and client share, 32 bytes.</param>
    /// <param name="cancellationToken">Ends the waiting for the client's answer.</param>
    public static async Task<PairingOutcome> LinkAsync(
        RegistrationSession session,
        Account account,
        byte[] advSecret,
        CancellationToken cancellationToken)
    {
        var server = session.Server;
        if (account.ReserveDevice() is not { } deviceId)
        {
            server.Refuse(RefusalKind.TooManyDevices, "The account has as many linked devices as it may have.", session.Identity);
            return new PairingOutcome(PairingStatus.TooManyDevices, $"The account has {account.MaxDevices} linked devices already.");
        }

        var kept = false;
        try
        {
            if (!session.TryBeginLinking(account))
            {
                return new PairingOutcome(PairingStatus.Expired, "This client is being linked already.");
            }

            var defect = server.Faults.Take<Fault.PairSuccess>(session.Identity)?.Defect;
            var issued = account.Primary.Issue(session.Companion.Identity, advSecret, defect);
            var reply = await OfferAsync(session, account, deviceId, issued, cancellationToken);
            var outcome = Judge(session, account, deviceId, issued, reply, out var signed);
            if (signed is not null)
            {
                var device = new LinkedDevice(
                    account, deviceId, issued.KeyIndex, session.Companion, signed, server.NewDeviceQueue(account, deviceId), server.Time.GetUtcNow());
                device.MarkDirty("account_sync", server.Time.GetUtcNow().ToUnixTimeSeconds());
                account.Primary.Admit(issued.KeyIndex);
                account.Add(device);
                kept = true;
                server.World.People.Find(account.Jid)?.OnDevice(device, isAdded: true);
                server.Events.Add(SimulatorEventKind.Linked, session.Identity with { Device = deviceId });
                server.Log.DeviceLinked(session.Connection.Id);
                server.Detach(RestartAsync(session), session.Identity);
            }
            else
            {
                session.Connection.Close("pairing failed");
            }

            return outcome;
        }
        finally
        {
            if (!kept)
            {
                account.CancelReservation();
            }
        }
    }

    private static async Task<Node?> OfferAsync(
        RegistrationSession session,
        Account account,
        int deviceId,
        IssuedIdentity issued,
        CancellationToken cancellationToken)
    {
        var server = session.Server;
        List<Node> children =
        [
            new("device-identity", [], issued.Container),
            new("device", [("jid", account.Jid.WithDevice((ushort)deviceId)), ("lid", account.Lid.WithDevice((ushort)deviceId))]),
            new("platform", [("name", account.Platform)]),
        ];
        if (account.BusinessName is { } business)
        {
            children.Add(new("biz", [("name", business)]));
        }

        children.Add(new("client-props", [], new ClientPairingProps { IsChatDbLidMigrated = true, IsSyncdPureLidSession = true }.ToByteArray()));
        using var patience = new CancellationTokenSource(server.Options.PairReplyTimeout, server.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var asking = session.AskAsync("set", "md", new Node("pair-success", [], [.. children]), withTimestamp: true, ended.Token);
            server.Events.Add(SimulatorEventKind.PairSuccessSent, session.Identity);
            return await asking;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return null;
        }
    }

    private static PairingOutcome Judge(
        RegistrationSession session,
        Account account,
        int deviceId,
        IssuedIdentity issued,
        Node? reply,
        out ADVSignedDeviceIdentity? signed)
    {
        signed = null;
        if (reply is null)
        {
            session.Complain(RefusalKind.PairingRejected, "pair-success was not answered.");
            return new PairingOutcome(PairingStatus.NoAnswer, "The client did not answer, or its connection ended.");
        }

        if (reply["type"] == "error")
        {
            var error = reply.Child("error");
            var text = $"{error?["code"]} {error?["text"]}";
            session.Complain(RefusalKind.PairingRejected, $"The client refused pair-success: {text}.");
            return new PairingOutcome(PairingStatus.Rejected, $"The client refused the device identity: {text}.");
        }

        if (CheckReply(session.Companion, account, issued, reply, out signed) is { } fault)
        {
            session.Complain(fault.Kind, fault.Reason);
            return new PairingOutcome(PairingStatus.BadReply, fault.Reason);
        }

        return new PairingOutcome(
            PairingStatus.Linked,
            "The device is linked.",
            deviceId,
            account.Jid.WithDevice((ushort)deviceId).ToString(),
            account.Lid.WithDevice((ushort)deviceId).ToString());
    }

    // What is wrong with the reply; null when nothing is, and the identity is complete then.
    private static (RefusalKind Kind, string Reason)? CheckReply(
        CompanionRegistration companion,
        Account account,
        IssuedIdentity issued,
        Node reply,
        out ADVSignedDeviceIdentity? signed)
    {
        signed = null;
        if (reply.Child("pair-device-sign")?.Child("device-identity") is not { } element)
        {
            return (RefusalKind.BadPairReply, "The reply holds no pair-device-sign with device-identity.");
        }

        if (element["key-index"] != $"{issued.KeyIndex}")
        {
            return (RefusalKind.BadPairReply, "key-index is not that of the device identity.");
        }

        ADVSignedDeviceIdentity replied;
        try
        {
            replied = ADVSignedDeviceIdentity.Parser.ParseFrom(element.ContentBytes.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return (RefusalKind.BadPairReply, "The device identity of the reply is not valid protobuf.");
        }

        if (!replied.Details.Equals(issued.Signed.Details))
        {
            return (RefusalKind.BadPairReply, "The reply does not repeat the details.");
        }

        if (!account.Primary.HasSigned(replied, companion.Identity))
        {
            return (RefusalKind.BadSignature, "The account signature in the reply is not the phone's.");
        }

        if (replied.HasAccountSignatureKey && !replied.AccountSignatureKey.Equals(issued.Signed.AccountSignatureKey))
        {
            return (RefusalKind.BadPairReply, "The reply holds another account key.");
        }

        byte[] message = [.. AdvPrefix.Device, .. replied.Details.Span, .. companion.Identity, .. account.Primary.Identity.PublicKey];
        if (replied.DeviceSignature.Length != XEdDsa.SignatureSize
            || !XEdDsa.Verify(companion.Identity, message, replied.DeviceSignature.Span))
        {
            return (RefusalKind.BadSignature, "deviceSignature does not verify under the client's identity key.");
        }

        replied.AccountSignatureKey = issued.Signed.AccountSignatureKey;
        signed = replied;
        return null;
    }

    private static async Task RestartAsync(RegistrationSession session)
    {
        var server = session.Server;
        switch (server.Faults.Take<Fault.Restart>(session.Identity))
        {
            case { Defect: RestartDefect.Omitted }:
                break;
            case { Defect: RestartDefect.CloseOnly }:
                session.Connection.Close("paired, without stream error by a fault");
                break;
            case { Defect: RestartDefect.Delayed } late:
                await Task.Delay(late.By, server.Time, server.Stopping);
                session.Connection.Close("paired, late by a fault", StreamErrors.RestartRequired);
                break;
            default:
                session.Connection.Close("paired", StreamErrors.RestartRequired);
                break;
        }
    }
}
