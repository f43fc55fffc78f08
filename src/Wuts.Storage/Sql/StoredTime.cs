using System.Diagnostics.CodeAnalysis;

namespace Wuts.Storage.Sql;

/// <summary>Times as they are stored: steps of 100 ns since 1970-01-01 UTC, which keeps them exactly.</summary>
internal static class StoredTime
{
    public static long ToNumber(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    [return: NotNullIfNotNull(nameof(time))]
    public static long? ToNumber(DateTimeOffset? time) => time is { } value ? ToNumber(value) : null;

    public static DateTimeOffset FromNumber(long number) => new(DateTimeOffset.UnixEpoch.Ticks + number, TimeSpan.Zero);
}
