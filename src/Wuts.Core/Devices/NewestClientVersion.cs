using Wuts.WhatsApp.Pairing;

namespace Wuts.Core.Devices;

/// <summary>
/// The version of WhatsApp Web that new connections say they are: it may rise while the process runs, and never falls. A connection
/// keeps the version it began with, reconnecting included. Safe for concurrent use.
/// </summary>
/// <param name="first">The version to begin with.</param>
public sealed class NewestClientVersion(ClientVersion first)
{
    /// <summary>
    /// By how much the revision may be above the one that was known: it grows by some ten millions a year, and a wrong one that is
    /// far above would stay for good.
    /// </summary>
    public const uint LongestStep = 100_000_000;

    private readonly Lock _gate = new();
    private ClientVersion _current = first;

    /// <summary>The version.</summary>
    public ClientVersion Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Takes a version that was found.</summary>
    /// <returns>Whether it is newer than the present one, believable, and from now on in use.</returns>
    public bool Raise(ClientVersion found)
    {
        lock (_gate)
        {
            var isNewer = (found.Primary, found.Secondary) == (_current.Primary, _current.Secondary)
                && found.Revision > _current.Revision && found.Revision - _current.Revision <= LongestStep;
            if (isNewer)
            {
                _current = found;
            }

            return isNewer;
        }
    }
}
