using Wuts.Simulator;

namespace Wuts.Cluster.Scene;

/// <summary>A linked device and what is true about it, so that a wrong answer is seen to be wrong.</summary>
/// <param name="Id">Its id in the API.</param>
/// <param name="Account">The account on the other side.</param>
/// <param name="Names">The names in the address book of the account, which no other account has, in order.</param>
/// <param name="Person">Somebody in the address book, with an about text that nobody else has.</param>
internal sealed record SceneDevice(string Id, Account Account, IReadOnlyList<string> Names, Person Person)
{
    /// <summary>The name of a contact that the phone may add while a trial goes on.</summary>
    public string NewName => $"{Account.PushName} contact new";

    /// <summary>The device as WhatsApp knows it.</summary>
    public LinkedDevice Linked => Account.Devices.Single();
}
