namespace Wuts.Simulator;

public sealed partial class Person
{
    /// <summary>Chooses a push name.</summary>
    public void SetPushName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Volatile.Write(ref _pushName, name);
    }

    /// <summary>Chooses a user name; <see langword="null"/> gives it up.</summary>
    /// <exception cref="ArgumentException">Somebody else has it.</exception>
    public void SetUsername(string? name) => _world.People.SetUsername(this, name);

    /// <summary>Changes the about text.</summary>
    public void SetAbout(string text) => SetAbout(text, by: null);

    internal void SetAbout(string text, LinkedDevice? by)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (Gate)
        {
            About = new AboutText(text, _world.Server.Time.GetUtcNow());
        }
    }

    /// <summary>Sets a new picture, made from its id.</summary>
    public Picture SetPicture() => SetPicture(_world.NextPicture());

    /// <summary>Sets a new picture.</summary>
    /// <param name="full">The bytes of the full size.</param>
    /// <param name="preview">The bytes of the preview; the full size when there is none.</param>
    /// <exception cref="ArgumentException">The bytes are no JPEG.</exception>
    public Picture SetPicture(byte[] full, byte[]? preview = null) => SetPicture(_world.NextPicture(full, preview));

    /// <summary>Removes the picture; <see langword="false"/> when there is none.</summary>
    public bool RemovePicture()
    {
        lock (Gate)
        {
            if (Picture is not { } old)
            {
                return false;
            }

            _world.Pictures.Withdraw(old);
            Picture = null;
            return true;
        }
    }

    /// <summary>Becomes a business, changes what it is, or is none any more.</summary>
    public void SetBusiness(BusinessCard? business)
    {
        lock (Gate)
        {
            Business = business;
        }
    }

    /// <summary>Changes the default timer of disappearing messages; zero is off.</summary>
    public void SetDisappearingTimer(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        lock (Gate)
        {
            DisappearingMode = new DisappearingMode(duration, _world.Server.Time.GetUtcNow());
        }
    }

    /// <summary>Changes a privacy setting.</summary>
    /// <param name="setting">One of <see cref="PrivacySettings.Names"/>.</param>
    /// <param name="value">For example <see cref="PrivacySettings.Contacts"/>.</param>
    /// <exception cref="ArgumentException">There is no such setting or value.</exception>
    public void SetPrivacy(string setting, string value) => SetPrivacy(setting, value, by: null);

    /// <summary>Blocks or unblocks somebody; <see langword="false"/> when that changes nothing.</summary>
    public bool SetBlocked(Person other, bool block) => SetBlocked(other, block, by: null);

    /// <summary>Gives somebody a token that opens what contacts may see. Sync section 6.5.</summary>
    /// <returns>The token.</returns>
    public ReadOnlyMemory<byte> Trust(Person holder)
    {
        ArgumentNullException.ThrowIfNull(holder);
        return _world.Tokens.Issue(owner: this, holder).Bytes;
    }

    internal void SetPrivacy(string setting, string value, LinkedDevice? by)
    {
        lock (Gate)
        {
            Privacy.Set(setting, value);
        }
    }

    internal bool SetBlocked(Person other, bool block, LinkedDevice? by)
    {
        ArgumentNullException.ThrowIfNull(other);
        lock (Gate)
        {
            return BlockList.Change(other, block) is not null;
        }
    }

    private Picture SetPicture(Picture picture)
    {
        lock (Gate)
        {
            if (Picture is { } old)
            {
                _world.Pictures.Withdraw(old);
            }

            Picture = picture;
            return picture;
        }
    }
}
