using System.Globalization;
using Wuts.Api.Http;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.WutsRest;

/// <summary>Which numbers are on WhatsApp. Contract wuts 3.5.</summary>
internal static class CheckEndpoints
{
    /// <summary>Most numbers of a call.</summary>
    public const int MaxNumbers = 160;

    /// <summary>How old a positive answer may be. <c>refresh=true</c>, our own, asks WhatsApp in any case.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    public static async Task<Reply> CheckAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        if (body.Problem is { } unreadable)
        {
            return unreadable;
        }

        var query = call.Query();
        var deviceId = query.Text(DeviceSelection.Parameter);
        var refresh = query.Boolean("refresh") ?? false;
        var fields = body.Fields();
        var numbers = ReadNumbers(fields);
        if ((query.Problem ?? fields.Problem) is { } invalid)
        {
            return invalid;
        }

        var selected = await DeviceSelection.SelectAsync(call, deviceId);
        if (!selected.TryGet(out var device, out var problem))
        {
            return problem;
        }

        var actor = call.Api.Actors.Device(device.Id);
        if (await DeviceSelection.FindObstacleAsync(actor, call.Aborted) is { } obstacle)
        {
            return obstacle;
        }

        var answer = await actor.CheckAsync([.. numbers.Keys], refresh ? TimeSpan.Zero : MaxAge, call.Aborted);
        if (!answer.TryGet(out var registrations, out var failure))
        {
            return failure;
        }

        foreach (var registration in registrations)
        {
            numbers[registration.Phone] = registration.IsRegistered;
        }

        return WutsReply.Data(json =>
        {
            foreach (var (number, isRegistered) in numbers)
            {
                json.WriteBoolean(number.Digits, isRegistered);
            }
        });
    }

    // In the order of the request; what is the same after cleaning is one entry.
    private static OrderedDictionary<PhoneNumber, bool> ReadNumbers(FieldReader fields)
    {
        var numbers = new OrderedDictionary<PhoneNumber, bool>();
        var texts = fields.Texts("numbers", MaxNumbers, AddressRules.MaxLength);
        if (texts is not { Count: > 0 })
        {
            if (fields.Problems.Count == 0)
            {
                fields.Problems.Add("numbers", "numbers must have 1 to 160 entries", FieldFault.Missing);
            }

            return numbers;
        }

        for (var i = 0; i < texts.Count; i++)
        {
            if (WutsInput.Addresses.TryReadNumber(texts[i], out var digits, out var problem))
            {
                numbers.TryAdd(PhoneNumber.Parse(digits), false);
            }
            else
            {
                fields.Problems.Add(string.Create(CultureInfo.InvariantCulture, $"numbers[{i}]"), problem, FieldFault.Malformed, texts[i]);
            }
        }

        return numbers;
    }
}
