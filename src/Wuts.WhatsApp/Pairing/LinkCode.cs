using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// The eight characters that a user types on the phone, and how they protect the first keys of a pairing.
/// Protocol section 8.2.
/// </summary>
internal static class LinkCode
{
    /// <summary>The 32 characters of codes: no 0, I, O, U.</summary>
    public const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";

    /// <summary>Characters of a code.</summary>
    public const int Length = 8;

    /// <summary>Bytes that a code encodes.</summary>
    public const int EntropySize = 5;

    /// <summary>Rounds of PBKDF2. One derivation takes some tens of milliseconds of processor time.</summary>
    public const int Iterations = 131_072;

    /// <summary>Length of a wrapped key: salt, counter block, encrypted key.</summary>
    public const int WrappedSize = SaltSize + CounterBlockSize + X25519.KeySize;

    /// <summary>Length of the salt in a wrapped key.</summary>
    public const int SaltSize = 32;

    /// <summary>Length of the counter block in a wrapped key.</summary>
    public const int CounterBlockSize = 16;

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    /// <summary>A random code.</summary>
    public static string New() => Encode(RandomNumberGenerator.GetBytes(EntropySize));

    /// <summary>Five bytes as eight characters of five bits each, most significant bit first.</summary>
    public static string Encode(ReadOnlySpan<byte> entropy)
    {
        ulong bits = 0;
        foreach (var value in entropy[..EntropySize])
        {
            bits = (bits << 8) | value;
        }

        Span<char> code = stackalloc char[Length];
        for (var i = Length - 1; i >= 0; i--, bits >>= 5)
        {
            code[i] = Alphabet[(int)(bits & 31)];
        }

        return code.ToString();
    }

    /// <summary>Whether the text is a code as it goes into the derivation: eight characters of the alphabet, no dash.</summary>
    public static bool IsValid(ReadOnlySpan<char> code) => code.Length == Length && !code.ContainsAnyExcept(Characters);

    /// <summary>The code as it is shown to the user, <c>XXXX-XXXX</c>.</summary>
    public static string Display(string code) => $"{code[..4]}-{code[4..]}";

    /// <summary>Encrypts a public key under a code with fresh salt and counter block.</summary>
    /// <returns><see cref="WrappedSize"/> bytes.</returns>
    public static byte[] Wrap(string code, ReadOnlySpan<byte> publicKey) => Wrap(
        code, publicKey, RandomNumberGenerator.GetBytes(SaltSize), RandomNumberGenerator.GetBytes(CounterBlockSize));

    /// <summary>Encrypts a public key under a code.</summary>
    internal static byte[] Wrap(string code, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> counterBlock)
    {
        var wrapped = new byte[WrappedSize];
        salt.CopyTo(wrapped);
        counterBlock.CopyTo(wrapped.AsSpan(SaltSize));
        Transform(code, salt, counterBlock, publicKey, wrapped.AsSpan(SaltSize + CounterBlockSize));
        return wrapped;
    }

    /// <summary>
    /// Decrypts a public key. Nothing tells a wrong code from a right one: a wrong one gives another key, and the pairing fails
    /// later.
    /// </summary>
    /// <param name="code">Eight characters without dash.</param>
    /// <param name="wrapped"><see cref="WrappedSize"/> bytes.</param>
    public static byte[] Unwrap(string code, ReadOnlySpan<byte> wrapped)
    {
        var publicKey = new byte[X25519.KeySize];
        Transform(
            code,
            wrapped[..SaltSize],
            wrapped.Slice(SaltSize, CounterBlockSize),
            wrapped.Slice(SaltSize + CounterBlockSize, X25519.KeySize),
            publicKey);
        return publicKey;
    }

    private static void Transform(
        string code, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> counterBlock, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> password = stackalloc byte[Length];
        Span<byte> key = stackalloc byte[32];
        Encoding.ASCII.GetBytes(code, password);
        Rfc2898DeriveBytes.Pbkdf2(password, salt, key, Iterations, HashAlgorithmName.SHA256);
        AesCtr.Transform(key, counterBlock, input, output);
        CryptographicOperations.ZeroMemory(password);
        CryptographicOperations.ZeroMemory(key);
    }
}
