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

/// <summary>An answer: <c>{"value":…}</c> or <c>{"failure":…}</c>, with <c>"lease":…</c> where there is one.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "The factory makes it.")]
internal sealed class AnswerConverter<T> : JsonConverter<Answer<T>>
{
    private const string Value = "value";
    private const string Failure = "failure";
    private const string Lease = "lease";

    /// <inheritdoc/>
    public override Answer<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An answer is an object.");
        }

        Answer<T>? answer = null;
        long? lease = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(Lease))
            {
                reader.Read();
                lease = reader.GetInt64();
                continue;
            }

            // What the next version says beside it is left out; a second answer is none.
            var isValue = reader.ValueTextEquals(Value);
            if (!isValue && !reader.ValueTextEquals(Failure))
            {
                reader.Skip();
                continue;
            }

            if (answer is not null)
            {
                throw new JsonException("An answer is a value or a failure.");
            }

            reader.Read();
            answer = isValue
                ? Answer.Of(JsonSerializer.Deserialize<T>(ref reader, options)!)
                : JsonSerializer.Deserialize<Failure>(ref reader, options) ?? throw new JsonException("A failure is something.");
        }

        return (answer ?? throw new JsonException("An answer is a value or a failure.")) with { Lease = lease };
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

        if (value.Lease is { } lease)
        {
            writer.WriteNumber(Lease, lease);
        }

        writer.WriteEndObject();
    }
}
