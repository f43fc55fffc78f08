using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Devices;

/// <summary>A device that is being linked: the code that is shown now, and who waits for one.</summary>
/// <param name="phone">The number for which a code was asked; <see langword="null"/> for QR codes.</param>
/// <param name="time">The clock.</param>
internal sealed class PairingAttempt(PhoneNumber? phone, TimeProvider time)
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number for which a code was asked; <see langword="null"/> for QR codes.</summary>
    public PhoneNumber? Phone => phone;

    /// <summary>The QR code that is shown.</summary>
    public QrCode? Qr { get; private set; }

    /// <summary>The code that is shown.</summary>
    public PairCode? Code { get; private set; }

    /// <summary>Whether somebody typed the code: a new one would spoil it.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Why it is over.</summary>
    public Failure? Ended { get; private set; }

    /// <summary>Another QR code is shown.</summary>
    public void Show(QrCode qr)
    {
        Qr = qr;
        Change();
    }

    /// <summary>A code is shown.</summary>
    public void Show(PairCode code)
    {
        Code = code;
        Change();
    }

    /// <summary>It is over.</summary>
    public void End(Failure why)
    {
        Ended ??= why;
        Change();
    }

    /// <summary>Waits for a code that is still valid.</summary>
    /// <param name="current">Reads the code that is shown.</param>
    /// <param name="expiresAt">When it stops working.</param>
    /// <param name="wait">How long to wait for it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Answer<T>> NextAsync<T>(Func<T?> current, Func<T, DateTimeOffset> expiresAt, TimeSpan wait, CancellationToken cancellationToken)
        where T : class
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (Ended is { } ended)
            {
                return ended;
            }

            if (current() is { } code && expiresAt(code) > time.GetUtcNow())
            {
                return code;
            }

            var left = wait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return new Failure.TimedOut();
            }

            try
            {
                await _changed.Task.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return new Failure.TimedOut();
            }
        }
    }

    private void Change()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
