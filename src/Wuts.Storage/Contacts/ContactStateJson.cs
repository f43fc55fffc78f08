using System.Text.Json;
using System.Text.Json.Serialization;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;

namespace Wuts.Storage.Contacts;

/// <summary>The JSON of a cached contact. Names in it are stored: a property that is renamed is lost.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(JidConverter)])]
[JsonSerializable(typeof(ContactState))]
internal sealed partial class ContactStateJson : JsonSerializerContext;

/// <summary>An address as its text.</summary>
internal sealed class JidConverter : JsonConverter<Jid>
{
    public override Jid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Jid.TryParse(reader.GetString(), out var jid) ? jid : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, Jid value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
