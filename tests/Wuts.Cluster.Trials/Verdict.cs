using System.Globalization;

namespace Wuts.Cluster.Trials;

/// <summary>Promises that are held against what was measured; the trial fails when one is broken.</summary>
internal sealed class Verdict(TextWriter to)
{
    private bool _broken;

    /// <summary>The exit code of the trial.</summary>
    public int ExitCode => _broken ? 1 : 0;

    /// <summary>Says whether a promise was kept.</summary>
    public async Task ExpectAsync(bool kept, FormattableString promise)
    {
        _broken |= !kept;
        await to.WriteLineAsync($"{(kept ? "kept  " : "BROKEN")}  {promise.ToString(CultureInfo.InvariantCulture)}");
    }
}
