using System.Text.Json;

namespace Wuts.Simulator;

/// <summary>How enum members are written to the outside.</summary>
internal static class KebabCase
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
