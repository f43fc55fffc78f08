namespace Wuts.Simulator;

public sealed partial class Group
{
    /// <summary>Sets a new picture, made from its id.</summary>
    /// <param name="by">Who does it; by default the creator.</param>
    public Picture SetPicture(Person? by = null) => SetPicture(_world.NextPicture(), by ?? Creator);

    /// <summary>Removes the picture; <see langword="false"/> when there is none.</summary>
    /// <param name="by">Who does it; by default the creator.</param>
    public bool RemovePicture(Person? by = null)
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

    /// <summary>Lets a member hide the number from those who do not know it, or show it.</summary>
    public void SetNumberHidden(Person person, bool hidden)
    {
        lock (Gate)
        {
            if (_members.TryGetValue(person, out var member))
            {
                _members[person] = member with { HidesNumber = hidden };
            }
        }
    }

    internal Picture SetPicture(byte[] jpeg, Person by) => SetPicture(_world.NextPicture(jpeg), by);

    private Picture SetPicture(Picture picture, Person by)
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
