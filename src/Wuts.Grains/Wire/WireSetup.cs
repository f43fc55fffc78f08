using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Grains.Wire;

/// <summary>Teaches Orleans the types of the core, which know nothing of Orleans.</summary>
internal static class WireSetup
{
    /// <summary>Adds the types, on silos and on clients alike.</summary>
    public static IServiceCollection AddWutsWire(this IServiceCollection services)
    {
        services.AddSingleton<IGeneralizedCopier, SharedCopier>();
        services.AddSerializer(serializer => serializer.AddJsonSerializer(
            IsOfCore, null, options => options.Configure(json => json.SerializerOptions = WireJson.Options)));
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("Wuts"));
        return services;
    }

    /// <summary>Whether a type is one of the core's or of the protocol library's values.</summary>
    public static bool IsOfCore(Type type) =>
        (type.Assembly == typeof(IDevice).Assembly || type.Assembly == typeof(Jid).Assembly)
        && !type.IsInterface && !typeof(Exception).IsAssignableFrom(type);

    /// <summary>Values of the core are immutable: between grains of one process they are shared and not copied.</summary>
    private sealed class SharedCopier : IGeneralizedCopier
    {
        /// <inheritdoc/>
        public bool IsSupportedType(Type type) => IsOfCore(type);

        /// <inheritdoc/>
        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
