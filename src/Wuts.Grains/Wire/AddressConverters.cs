using System.Text.Json;
using System.Text.Json.Serialization;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Grains.Wire;

/// <summary>An address as its text; no address at all is the empty text.</summary>
internal sealed class JidConverter : JsonConverter<Jid>
{
    /// <inheritdoc/>
    public override Jid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return text is { Length: 0 } ? default
            : Jid.TryParse(text, out var jid) ? jid
            : throw new JsonException("The text is not a JID.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Jid value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A phone number as its digits.</summary>
internal sealed class PhoneNumberConverter : JsonConverter<PhoneNumber>
{
    /// <inheritdoc/>
    public override PhoneNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PhoneNumber.TryParse(reader.GetString(), out var number, out var problem) ? number : throw new JsonException(problem);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PhoneNumber value, JsonSerializerOptions options) => writer.WriteStringValue(value.Digits);
}

/// <summary>A pair of addresses as a list of two.</summary>
internal sealed class AddressPairConverter : JsonConverter<AddressPair>
{
    /// <inheritdoc/>
    public override AddressPair Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<Jid[]>(ref reader, options) is [var phone, var lid] && AddressPair.TryCreate(phone, lid, out var pair)
            ? pair
            : throw new JsonException("The list is not a pair of addresses.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AddressPair value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.Phone.ToString());
        writer.WriteStringValue(value.Lid.ToString());
        writer.WriteEndArray();
    }
}

/// <summary>A key id as Base64.</summary>
internal sealed class AppStateKeyIdConverter : JsonConverter<AppStateKeyId>
{
    /// <inheritdoc/>
    public override AppStateKeyId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var bytes = reader.GetBytesFromBase64();
        return bytes.Length is > 0 and <= AppStateKeyId.MaxSize ? new AppStateKeyId(bytes) : throw new JsonException("The bytes are not a key id.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AppStateKeyId value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Bytes);
}
