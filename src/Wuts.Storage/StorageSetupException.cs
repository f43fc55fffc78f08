namespace Wuts.Storage;

/// <summary>
/// The storage cannot be opened as it is set up: a setting is wrong, the master key is missing, open to others or not the one of
/// this database, or the database was made by a newer program. Trying again does not help; the message says what does.
/// </summary>
public sealed class StorageSetupException : Exception
{
    /// <summary>Creates the exception with what has to be done.</summary>
    public StorageSetupException(string message) : base(message)
    {
    }
}
