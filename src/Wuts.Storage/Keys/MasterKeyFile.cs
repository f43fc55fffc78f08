using System.Text;

namespace Wuts.Storage.Keys;

/// <summary>The file that holds the master key: one base64 line per key, the present one first, readable by its owner only.</summary>
internal static class MasterKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the file, or makes it with a new key.</summary>
    /// <exception cref="StorageSetupException">Others may read the file, or it holds no keys.</exception>
    public static MasterKeyRing ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            TryCreate(path, MasterKey.Generate());
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
        {
            throw new StorageSetupException(
                $"Others may read or write {path}. Give it to its owner only (chmod 600), and change the key if somebody may have read it.");
        }

        return MasterKeyRing.Parse(File.ReadAllText(path), path);
    }

    // Written beside and then moved, so that a process that ends in between leaves no half key, and of two processes that start
    // together one wins.
    private static void TryCreate(string path, MasterKey key)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(key.ToText() + "\n"));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
