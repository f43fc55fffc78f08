namespace Wuts.Simulator;

public sealed partial class Person
{
    /// <summary>Chooses a push name. Others learn of it with the person's next message.</summary>
    public void SetPushName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (Gate)
        {
            Volatile.Write(ref _pushName, name);
            if (Account is { } account)
            {
                account.Handset.SetPushName(name);
                _world.OwnNotices.PushName(this, name);
            }
        }
    }

    /// <summary>Chooses a user name; <see langword="null"/> gives it up.</summary>
    /// <exception cref="ArgumentException">Somebody else has it.</exception>
    public void SetUsername(string? name)
    {
        lock (Gate)
        {
            if (Username == name)
            {
                return;
            }

            _world.People.SetUsername(this, name);
            _world.Notices.Update(this);
        }
    }

    /// <summary>Changes the about text; empty is an empty text.</summary>
    public void SetAbout(string text) => SetAbout(text, by: null);

    /// <summary>Sets a new picture, made from its id.</summary>
    public Picture SetPicture() => SetPicture(_world.NextPicture(), by: null);

    /// <summary>Sets a new picture.</summary>
    /// <param name="full">The bytes of the full size.</param>
    /// <param name="preview">The bytes of the preview; the full size when there is none.</param>
    /// <exception cref="ArgumentException">The bytes are no JPEG.</exception>
    public Picture SetPicture(byte[] full, byte[]? preview = null) => SetPicture(_world.NextPicture(full, preview), by: null);

    /// <summary>Removes the picture; <see langword="false"/> when there is none.</summary>
    public bool RemovePicture() => RemovePicture(by: null);

    /// <summary>Becomes a business, changes what it is, or is none any more.</summary>
    public void SetBusiness(BusinessCard? business)
    {
        lock (Gate)
        {
            var old = Business;
            Business = business;
            if (old is not null || business is not null)
            {
                _world.Notices.Business(this, old);
            }
        }
    }

    /// <summary>Changes the default timer of disappearing messages; zero is off.</summary>
    public void SetDisappearingTimer(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        lock (Gate)
        {
            DisappearingMode = new DisappearingMode(duration, _world.Server.Time.GetUtcNow());
            _world.Notices.DisappearingMode(this, DisappearingMode);
            _world.OwnNotices.DisappearingMode(this, DisappearingMode);
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
        lock (Gate)
        {
            var token = _world.Tokens.Issue(owner: this, holder);
            _world.Notices.Token(this, holder, token);
            return token.Bytes;
        }
    }

    /// <summary>Tells those who have to do with the person that something has changed, without saying what. Sync section 10.5.</summary>
    public void AnnounceUpdate()
    {
        lock (Gate)
        {
            _world.Notices.Update(this);
        }
    }

    internal void SetAbout(string text, LinkedDevice? by)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (Gate)
        {
            About = new AboutText(text, _world.Server.Time.GetUtcNow());
            _world.Notices.About(this);
            _world.OwnNotices.About(this, by);
        }
    }

    internal Picture SetPicture(byte[] jpeg, LinkedDevice by) => SetPicture(_world.NextPicture(jpeg), by);

    internal bool RemovePicture(LinkedDevice? by)
    {
        lock (Gate)
        {
            if (Picture is not { } old)
            {
                return false;
            }

            _world.Pictures.Withdraw(old);
            Picture = null;
            _world.Notices.Picture(this);
            _world.OwnNotices.Picture(this, by);
            return true;
        }
    }

    internal void SetPrivacy(string setting, string value, LinkedDevice? by)
    {
        lock (Gate)
        {
            Privacy.Set(setting, value);
            _world.OwnNotices.Privacy(this, by);
        }
    }

    internal bool SetBlocked(Person other, bool block, LinkedDevice? by)
    {
        ArgumentNullException.ThrowIfNull(other);
        lock (Gate)
        {
            if (BlockList.Change(other, block) is not { } hash)
            {
                return false;
            }

            _world.OwnNotices.Block(this, other, block, hash, by);
            return true;
        }
    }

    private Picture SetPicture(Picture picture, LinkedDevice? by)
    {
        lock (Gate)
        {
            if (Picture is { } old)
            {
                _world.Pictures.Withdraw(old);
            }

            Picture = picture;
            _world.Notices.Picture(this);
            _world.OwnNotices.Picture(this, by);
            return picture;
        }
    }
}
