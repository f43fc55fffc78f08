namespace Wuts.Simulator.Control;

/// <summary>What the phone of an account does: whether it is on, its keys, and the history that it tells.</summary>
internal static class PhoneEndpoints
{
    public static void MapPhones(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapGet("/accounts/{phone}/phone", (string phone) => With(server, phone, handset => Results.Json(PhoneView.Of(handset))));
        routes.MapPatch("/accounts/{phone}/phone", (string phone, JsonBody<PhonePatch> body) => With(server, phone, handset =>
        {
            handset.SharesKeys = body.Value.SharesKeys ?? handset.SharesKeys;
            switch (body.Value.On)
            {
                case true:
                    handset.SwitchOn();
                    break;
                case false:
                    handset.SwitchOff();
                    break;
            }

            return Results.Json(PhoneView.Of(handset));
        }));
        routes.MapPost("/accounts/{phone}/phone/keys/rotate", (string phone, JsonBody<RotateRequest> body) => With(server, phone, handset =>
        {
            handset.RotateKey(body.Value.Share);
            return Results.NoContent();
        }));
        routes.MapPost("/accounts/{phone}/phone/keys/share", (string phone, JsonBody<DeviceRequest> body) => With(server, phone, handset =>
        {
            handset.ShareKeys(body.Value.Device);
            return Results.NoContent();
        }));
        routes.MapGet("/accounts/{phone}/history", (string phone) =>
            With(server, phone, handset => Results.Json(HistoryView.Of(handset.History))));
        routes.MapPatch("/accounts/{phone}/history", (string phone, JsonBody<HistoryPatch> body) => With(server, phone, handset =>
        {
            body.Value.ApplyTo(handset.History);
            return Results.Json(HistoryView.Of(handset.History));
        }));
        routes.MapPost("/accounts/{phone}/history/chats", (string phone, JsonBody<ChatRequest> body) => With(server, phone, handset =>
        {
            handset.History.Add(body.Value.ToChat());
            return Results.NoContent();
        }));
        routes.MapPost("/accounts/{phone}/history/send", (string phone, JsonBody<SendRequest> body) => With(server, phone, handset =>
        {
            if (body.Value is { Kind: { } kind, Bytes: { } bytes })
            {
                handset.SendFilledHistory(kind, bytes, body.Value.Device);
            }
            else
            {
                handset.SendHistory(body.Value.Device);
            }

            return Results.NoContent();
        }));
        routes.MapGet("/accounts/{phone}/history/deliveries", (string phone) =>
            With(server, phone, handset => Results.Json(handset.History.Deliveries)));
    }

    private static IResult With(SimulatorServer server, string phone, Func<Handset, IResult> answer) =>
        server.Accounts.Find(phone) is { } account ? answer(account.Handset) : ControlErrors.NoAccount();
}

/// <summary>What may be changed about a phone; what is absent stays.</summary>
internal sealed record PhonePatch(bool? On = null, bool? SharesKeys = null);

/// <summary>Whether a new key is shared at once.</summary>
internal sealed record RotateRequest(bool Share = true);

/// <summary>One device, or all.</summary>
internal sealed record DeviceRequest(int? Device = null);

/// <summary>A phone as it is shown.</summary>
internal sealed record PhoneView(bool On, bool SharesKeys, int Contacts)
{
    public static PhoneView Of(Handset handset) => new(handset.IsOn, handset.SharesKeys, handset.AddressBook.Count);
}
