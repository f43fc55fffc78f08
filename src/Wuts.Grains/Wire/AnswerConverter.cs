using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wuts.Core;

namespace Wuts.Grains.Wire;

/// <summary>Makes the converter of an answer.</summary>
internal sealed class AnswerConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert is { IsGenericType: true } && typeToConvert.GetGenericTypeDefinition() == typeof(Answer<>);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(AnswerConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

/// <summary>An answer: <c>{"value":…}</c> or <c>{"failure":…}</c>.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "The factory makes it.")]
internal sealed class AnswerConverter<T> : JsonConverter<Answer<T>>
{
    private const string Value = "value";
    private const string Failure = "failure";

    /// <inheritdoc/>
    public override Answer<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            throw new JsonException("An answer has one property.");
        }

        var isValue = reader.ValueTextEquals(Value);
        if (!isValue && !reader.ValueTextEquals(Failure))
        {
            throw new JsonException("An answer is a value or a failure.");
        }

        reader.Read();
        var answer = isValue
            ? Answer.Of(JsonSerializer.Deserialize<T>(ref reader, options)!)
            : JsonSerializer.Deserialize<Failure>(ref reader, options) ?? throw new JsonException("A failure is something.");
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject ? answer : throw new JsonException("An answer has one property.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Answer<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.TryGet(out var content, out var failure))
        {
            writer.WritePropertyName(Value);
            JsonSerializer.Serialize(writer, content, options);
        }
        else
        {
            writer.WritePropertyName(Failure);
            JsonSerializer.Serialize(writer, failure, options);
        }

        writer.WriteEndObject();
    }
}
