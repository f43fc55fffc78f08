using System.Data.Common;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Storage.Devices;
using Wuts.Storage.Keys;
using Wuts.Storage.Sql;

namespace Wuts.Storage.DeviceData;

/// <summary>One device in the database: every statement gets its id, every write its fence.</summary>
internal sealed class DeviceScope(Database database, MasterKeyRing ring, DeviceId device, Func<Fence> fence)
{
    private readonly RowCipher _cipher = ring.CipherFor($"device {device}");
    private long _writes;

    /// <summary>Grows with every write of this process, whatever came of it, before the writer hears of it.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>The fence that writes carry now; <see langword="null"/> without a lease.</summary>
    public Fence? Fence
    {
        get
        {
            try
            {
                return fence();
            }
            catch (LeaseLostException)
            {
                return null;
            }
        }
    }

    /// <summary>The parameter <c>@device</c>.</summary>
    public (string Name, object? Value) Device => ("device", device.Value);

    /// <summary>The device's id.</summary>
    public Guid Id => device.Value;

    /// <summary>Encrypts a value for a row of this device.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, string table, string row) => _cipher.Seal(plaintext, table, row);

    /// <summary>Decrypts a value of a row of this device.</summary>
    public byte[] Open(byte[] stored, string table, string row) => _cipher.Open(stored, table, row);

    /// <summary>Runs queries.</summary>
    public ValueTask<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken) =>
        new(database.ReadAsync(work, cancellationToken));

    /// <summary>Runs a query row by row.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(string sql, Func<DbDataReader, T> map, CancellationToken cancellationToken) =>
        database.StreamAsync(sql, map, cancellationToken, Device);

    /// <summary>Runs statements in one transaction, after the fence was found to be the present one.</summary>
    /// <exception cref="LeaseLostException">It is not. Nothing was written.</exception>
    public async ValueTask WriteAsync(Func<DbSession, Task> work, CancellationToken cancellationToken)
    {
        var number = fence();
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    await LeaseStore.CheckAsync(session, number.Device == device ? number : default).ConfigureAwait(false);
                    await work(session).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Increment(ref _writes);
        }
    }
}
