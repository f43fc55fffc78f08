using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.Crypto;

/// <summary>Clearing of secrets that are no byte arrays, in a way the compiler does not drop.</summary>
internal static class Secrets
{
    /// <summary>Overwrites a value with zeros.</summary>
    public static void Clear<T>(ref T value) where T : unmanaged => Clear(new Span<T>(ref value));

    /// <summary>Overwrites values with zeros.</summary>
    public static void Clear<T>(Span<T> values) where T : unmanaged =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values));
}
