using System.Collections.Concurrent;
using Wuts.Core.Devices;

namespace Wuts.Api.WutsRest;

/// <summary>
/// The encoded contact list of each device with the version of the book that it shows, so that a list which did not change is
/// neither read nor encoded again.
/// </summary>
internal sealed class ContactListCache
{
    /// <summary>Bytes that are kept at most.</summary>
    public const long MaxBytes = 128L * 1024 * 1024;

    private readonly ConcurrentDictionary<DeviceId, EncodedList> _lists = new();
    private long _bytes;

    /// <summary>What is kept for a device.</summary>
    public EncodedList? Find(DeviceId device) => _lists.GetValueOrDefault(device);

    /// <summary>Keeps a list in place of an older one. When all is full, everything goes: it is made again when it is asked for.</summary>
    public void Keep(DeviceId device, EncodedList list)
    {
        if (list.Json.Length > MaxBytes)
        {
            return;
        }

        var old = 0L;
        _lists.AddOrUpdate(device, list, (_, before) =>
        {
            old = before.Json.Length;
            return list;
        });
        if (Interlocked.Add(ref _bytes, list.Json.Length - old) > MaxBytes)
        {
            _lists.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }
    }
}

/// <summary>An encoded list.</summary>
/// <param name="Version">Version of the book.</param>
/// <param name="Json">The answer, complete.</param>
/// <param name="Tag">Its entity tag.</param>
internal sealed record EncodedList(long Version, byte[] Json, string Tag);
