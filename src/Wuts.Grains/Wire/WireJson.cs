using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Wuts.Core;
using Wuts.WhatsApp.Queries;

namespace Wuts.Grains.Wire;

/// <summary>
/// How the types of the core cross the wire between silos and clients: as JSON by name, so that a silo of the next version may add
/// a property and understand this one. Names of properties and of the members of closed sets are a contract.
/// </summary>
internal static class WireJson
{
    /// <summary>Says which member of a closed set follows.</summary>
    private const string Discriminator = "$is";

    private static readonly Type[] ClosedSets = [typeof(Failure), typeof(PictureOutcome)];

    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(NameMembers);
        var options = new JsonSerializerOptions
        {
            TypeInfoResolver = resolver,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = true,
            Converters =
            {
                new AnswerConverterFactory(),
                new JidConverter(),
                new PhoneNumberConverter(),
                new AddressPairConverter(),
                new AppStateKeyIdConverter(),
            },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void NameMembers(JsonTypeInfo type)
    {
        if (!ClosedSets.Contains(type.Type))
        {
            return;
        }

        var members = new JsonPolymorphismOptions
        {
            TypeDiscriminatorPropertyName = Discriminator,
            UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
        };
        foreach (var member in type.Type.GetNestedTypes().Where(nested => nested.IsSubclassOf(type.Type)))
        {
            members.DerivedTypes.Add(new JsonDerivedType(member, member.Name));
        }

        type.PolymorphismOptions = members;
    }
}
