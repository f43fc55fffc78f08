using System.Reflection;
using System.Text;
using Orleans.Runtime;
using Wuts.Grains;

namespace Wuts.Cluster.Tests.Contract;

/// <summary>
/// What silos of different versions must agree on, as text: the names of grains and interfaces, the methods, and their types. A
/// cluster that is upgraded one silo at a time breaks when any of it changes.
/// </summary>
internal static class GrainContract
{
    /// <summary>Where the agreed text is.</summary>
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "Contract", "grain-contract.txt");

    /// <summary>The text as the code has it now.</summary>
    public static string Describe()
    {
        var text = new StringBuilder();
        var types = typeof(WutsGrains).Assembly.GetTypes().Where(t => t is { IsSpecialName: false } && t.Namespace?.StartsWith("Wuts", StringComparison.Ordinal) == true);
        foreach (var type in types.Where(IsContract).OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(type.GetCustomAttribute<AliasAttribute>()?.Alias ?? $"NO ALIAS: {type}").Append('\n');
            foreach (var method in Methods(type))
            {
                text.Append("  ").Append(method).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The grain interfaces, and the services of silos.</summary>
    public static bool IsContract(Type type) => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type);

    private static IEnumerable<string> Methods(Type type) => type.GetInterfaces().Append(type)
        .Where(i => i.Namespace!.StartsWith("Wuts", StringComparison.Ordinal))
        .SelectMany(i => i.GetMethods())
        .Select(m => $"{Name(m.ReturnType)} {m.Name}({string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))})")
        .Order(StringComparer.Ordinal);

    private static string Name(Type type) =>
        type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
}
