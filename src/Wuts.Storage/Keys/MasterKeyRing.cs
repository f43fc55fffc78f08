using System.Security.Cryptography;
using System.Text;

namespace Wuts.Storage.Keys;

/// <summary>
/// The master keys of an installation: the present one encrypts, earlier ones still decrypt. A key is changed by putting a new
/// one in front; rows move to it as they are written.
/// </summary>
internal sealed class MasterKeyRing
{
    public MasterKeyRing(IReadOnlyList<MasterKey> keys)
    {
        ArgumentOutOfRangeException.ThrowIfZero(keys.Count);
        Keys = keys;
    }

    /// <summary>All keys, the present one first.</summary>
    public IReadOnlyList<MasterKey> Keys { get; }

    /// <summary>The key that encrypts.</summary>
    public MasterKey Current => Keys[0];

    /// <summary>Reads keys that are separated by commas or line ends.</summary>
    /// <exception cref="StorageSetupException">Not a list of keys.</exception>
    public static MasterKeyRing Parse(string text, string origin)
    {
        var keys = new List<MasterKey>();
        foreach (var part in text.Split([',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var secret = new byte[MasterKey.Size];
            if (!Convert.TryFromBase64String(part, secret, out var written) || written != MasterKey.Size)
            {
                throw new StorageSetupException($"{origin} does not hold master keys: each is base64 of {MasterKey.Size} bytes.");
            }

            keys.Add(new MasterKey(secret));
        }

        return keys.Count > 0 ? new MasterKeyRing(keys) : throw new StorageSetupException($"{origin} holds no master key.");
    }

    /// <summary>A key by its id.</summary>
    public MasterKey? Find(uint id) => Keys.FirstOrDefault(key => key.Id == id);

    /// <summary>What encrypts the rows of one owner, for example of one device.</summary>
    public RowCipher CipherFor(string owner) => new(this, owner);

    /// <summary>The hashes under which a token may be found: the first one is what is stored now.</summary>
    public IReadOnlyList<byte[]> HashToken(string token) =>
        [.. Keys.Select(key => HMACSHA256.HashData(key.Derive("token hash"u8, []), Encoding.UTF8.GetBytes(token)))];

    /// <inheritdoc/>
    public override string ToString() => nameof(MasterKeyRing);
}
