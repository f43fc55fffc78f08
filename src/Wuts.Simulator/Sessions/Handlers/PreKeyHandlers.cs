using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.Simulator.Phones;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator.Sessions.Handlers;

/// <summary>Requests about pre-keys: upload, count, rotation, digest, and the keys of others. Protocol section 9.</summary>
internal static class PreKeyHandlers
{
    private const string Xmlns = "encrypt";

    public static void MapPreKeys(this IqRoutes routes)
    {
        routes.Map(Xmlns, "get", "count", IqStage.Linked, Count);
        routes.Map(Xmlns, "get", "digest", IqStage.Linked, Digest);
        routes.Map(Xmlns, "get", "key", IqStage.Linked, Fetch);
        routes.Map(Xmlns, "set", "rotate", IqStage.Linked, Rotate);
        routes.Map(Xmlns, "set", "list", IqStage.Linked, Upload);
        routes.Map(Xmlns, "set", null, IqStage.Linked, request => Refuse(request, RefusalKind.BadPreKeys, "An upload needs a list."));
    }

    private static IqAnswer Count(IqRequest request) =>
        IqAnswer.Result(new Node("count", [("value", request.Device.PreKeyCount)]));

    private static IqAnswer Upload(IqRequest request)
    {
        var companion = request.Device.Registration;
        var iq = request.Stanza;
        if (!Content(iq, "type").SequenceEqual((ReadOnlySpan<byte>)[PhoneKeys.Curve25519KeyType]))
        {
            return Refuse(request, RefusalKind.BadPreKeys, "type is not the byte 05.");
        }

        if (!Content(iq, "registration").SequenceEqual(companion.RegistrationId))
        {
            return Refuse(request, RefusalKind.BadPreKeys, "registration is not the registration id of the device.");
        }

        if (!Content(iq, "identity").SequenceEqual(companion.Identity))
        {
            return Refuse(request, RefusalKind.BadPreKeys, "identity is not the identity key of the device.");
        }

        if (ReadSigned(iq.Child("skey"), companion.Identity, out var problem) is not { } signed)
        {
            return Refuse(request, problem.Kind, problem.Reason);
        }

        if (ReadOneTime(request.Child!, out var wrong) is not { } records)
        {
            return Refuse(request, RefusalKind.BadPreKeys, wrong);
        }

        if (request.Device.PreKeys.Upload(signed, records) is not { } inStock)
        {
            return Refuse(request, RefusalKind.BadPreKeys, $"More than {PreKeyStock.Limit} one-time keys.");
        }

        request.Server.Events.Add(SimulatorEventKind.PreKeysUploaded, request.Session.Identity, $"{inStock}");
        return IqAnswer.Empty;
    }

    private static IqAnswer Rotate(IqRequest request)
    {
        if (ReadSigned(request.Child!.Child("skey"), request.Device.Registration.Identity, out var problem) is not { } signed)
        {
            return Refuse(request, problem.Kind, problem.Reason);
        }

        request.Device.PreKeys.Rotate(signed);
        return IqAnswer.Empty;
    }

    private static IqAnswer Digest(IqRequest request)
    {
        var stock = request.Device.PreKeys;
        if (!stock.EverUploaded)
        {
            return IqAnswer.Error(404);
        }

        var companion = request.Device.Registration;
        var signed = stock.Signed;
        var records = stock.Snapshot();
        var ids = new List<Node>(records.Length / PreKeyStock.RecordSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(companion.Identity);
        hash.AppendData(signed.PublicKey);
        hash.AppendData(signed.Signature);
        for (var at = 0; at < records.Length; at += PreKeyStock.RecordSize)
        {
            var record = records.AsSpan(at, PreKeyStock.RecordSize);
            hash.AppendData(PreKeyStock.Key(record));
            ids.Add(new Node("id", [], PreKeyStock.Id(record).ToArray()));
        }

        return IqAnswer.Result(new Node("digest", [],
        [
            new Node("registration", [], companion.RegistrationId),
            new Node("type", [], [PhoneKeys.Curve25519KeyType]),
            new Node("identity", [], companion.Identity),
            SignedNode(signed),
            new Node("list", [], [.. ids]),
            new Node("hash", [], hash.GetHashAndReset()),
        ]));
    }

    private static IqAnswer Fetch(IqRequest request)
    {
        var users = new List<Node>();
        foreach (var user in request.Child!.Children)
        {
            users.Add(user.TryGetJid("jid", out var jid)
                ? BundleOf(request.Server, jid)
                : new Node("user", [], [new Node("error", [("code", 400), ("text", IqAnswer.UsualText(400))])]));
        }

        return IqAnswer.Result(new Node("list", [], [.. users]));
    }

    private static Node BundleOf(SimulatorServer server, Jid jid)
    {
        var account = server.Accounts.Find(jid);
        if (account is not null && jid.Device == 0)
        {
            var keys = account.Primary.Keys;
            var (id, key) = keys.TakeOneTime();
            return Bundle(
                server, jid, keys.RegistrationIdBytes, account.Primary.Identity.PublicKey.ToArray(), keys.SignedRecord, OneTimeNode(id, key));
        }

        if (account?.Device(jid.Device) is not { } device)
        {
            return new Node("user", [("jid", jid)], [new Node("error", [("code", 404), ("text", IqAnswer.UsualText(404))])]);
        }

        if (device.PreKeys.Take(out var record, server.Options.PreKeyLowMark) is { } left)
        {
            TellLow(server, device, left);
        }

        var oneTime = record is null ? null : OneTimeNode(PreKeyStock.Id(record).ToArray(), PreKeyStock.Key(record).ToArray());
        var identity = new Node("device-identity", [], device.SignedIdentity.ToByteArray());
        return Bundle(
            server, jid, device.Registration.RegistrationId, device.Registration.Identity, device.PreKeys.Signed, oneTime, identity);
    }

    private static Node Bundle(
        SimulatorServer server,
        Jid jid,
        byte[] registrationId,
        byte[] identity,
        SignedPreKeyRecord signed,
        params ReadOnlySpan<Node?> more)
    {
        List<Node> children =
        [
            new Node("registration", [], registrationId),
            new Node("type", [], [PhoneKeys.Curve25519KeyType]),
            new Node("identity", [], identity),
            SignedNode(signed),
        ];
        foreach (var child in more)
        {
            if (child is not null)
            {
                children.Add(child);
            }
        }

        return new Node("user", [("jid", jid), ("t", server.Time.GetUtcNow().ToUnixTimeSeconds())], [.. children]);
    }

    /// <summary>Tells a device that its stock of one-time keys runs low. Protocol section 9.4.</summary>
    public static void TellLow(SimulatorServer server, LinkedDevice device, int left)
    {
        server.Events.Add(SimulatorEventKind.PreKeysLow, new(device.Connection, device.Account.Phone, device.Id), $"{left}");
        device.Queue.Enqueue(new Node(
            "notification",
            [
                ("from", Jid.WhatsApp),
                ("type", Xmlns),
                ("id", server.NextStanzaId()),
                ("t", server.Time.GetUtcNow().ToUnixTimeSeconds()),
            ],
            [new Node("count", [("value", left)])]));
    }

    private static SignedPreKeyRecord? ReadSigned(Node? skey, byte[] identity, out (RefusalKind Kind, string Reason) problem)
    {
        problem = (RefusalKind.BadPreKeys, "skey is missing, or id, value or signature has a wrong length.");
        if (skey is null)
        {
            return null;
        }

        var signed = new SignedPreKeyRecord(
            Content(skey, "id").ToArray(), Content(skey, "value").ToArray(), Content(skey, "signature").ToArray());
        if (signed is not { Id.Length: 3, PublicKey.Length: X25519.KeySize, Signature.Length: XEdDsa.SignatureSize })
        {
            return null;
        }

        if (!XEdDsa.Verify(identity, [PhoneKeys.Curve25519KeyType, .. signed.PublicKey], signed.Signature))
        {
            problem = (RefusalKind.BadSignature, "The signed pre-key is not signed by the identity key over 05 and the key.");
            return null;
        }

        return signed;
    }

    private static byte[]? ReadOneTime(Node list, out string problem)
    {
        problem = "The list holds no keys.";
        if (list.Children.IsEmpty)
        {
            return null;
        }

        var records = new byte[list.Children.Length * PreKeyStock.RecordSize];
        var ids = new HashSet<int>();
        var at = 0;
        foreach (var key in list.Children)
        {
            var id = Content(key, "id");
            var value = Content(key, "value");
            if (key.Tag != "key" || id.Length != 3 || value.Length != X25519.KeySize)
            {
                problem = "A one-time key has no id of 3 and value of 32 bytes.";
                return null;
            }

            var number = (id[0] << 16) | (id[1] << 8) | id[2];
            if (number == 0 || !ids.Add(number))
            {
                problem = "A one-time key has id 0, or an id that occurs twice.";
                return null;
            }

            id.CopyTo(records.AsSpan(at));
            value.CopyTo(records.AsSpan(at + 3));
            at += PreKeyStock.RecordSize;
        }

        return records;
    }

    private static Node SignedNode(SignedPreKeyRecord signed) => new("skey", [],
    [
        new Node("id", [], signed.Id),
        new Node("value", [], signed.PublicKey),
        new Node("signature", [], signed.Signature),
    ]);

    private static Node OneTimeNode(byte[] id, byte[] key) => new("key", [], [new Node("id", [], id), new Node("value", [], key)]);

    private static ReadOnlySpan<byte> Content(Node parent, string child) =>
        parent.Child(child) is { } found ? found.ContentBytes.Span : default;

    private static IqAnswer Refuse(IqRequest request, RefusalKind kind, string reason)
    {
        request.Server.Refuse(kind, reason, request.Session.Identity);
        return IqAnswer.Error(406);
    }
}
