using System.Reflection;

namespace Wuts.Contract.Scene;

/// <summary>The classes of statements, so that a deployment can show that it runs all of them.</summary>
public static class ContractClasses
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(ContractTests).Assembly.GetTypes()
            .Where(type => type.IsAbstract && !type.IsGenericTypeDefinition && type != typeof(ContractTests) && type.IsAssignableTo(typeof(ContractTests)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    /// <summary>Those that a test project does not run.</summary>
    public static IEnumerable<string> MissingIn(Assembly tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var run = tests.GetTypes().Where(type => !type.IsAbstract).Select(type => type.BaseType).ToHashSet();
        return All.Where(type => !run.Contains(type)).Select(type => type.FullName!);
    }
}
