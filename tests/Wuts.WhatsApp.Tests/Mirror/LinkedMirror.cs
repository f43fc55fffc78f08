using Wuts.Simulator;
using Wuts.Testing.Mirror;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>An account with people in its address book, and a client that is linked to it and has come to equal it.</summary>
internal sealed class LinkedMirror : IAsyncDisposable
{
    private LinkedMirror(MirrorScene scene, Person[] people, EventWatch watch, MortalStore store, WhatsAppClient client) =>
        (Scene, People, Watch, Store, Client) = (scene, people, watch, store, client);

    public MirrorScene Scene { get; }

    /// <summary>Who is in the address book.</summary>
    public Person[] People { get; }

    public EventWatch Watch { get; }

    public MortalStore Store { get; }

    /// <summary>The client; it is disposed with this object, also when a test has disposed it already.</summary>
    public WhatsAppClient Client { get; }

    public static async Task<LinkedMirror> StartAsync(int people = 0)
    {
        var scene = await MirrorScene.StartAsync();
        var saved = scene.AddPeople(people);
        scene.Save(saved);
        var (watch, store) = MortalStore.WithWatch();
        var client = await scene.LinkAsync(watch, store);
        await scene.MirroredAsync(store, watch);
        return new LinkedMirror(scene, saved, watch, store, client);
    }

    public void Deconstruct(out MirrorScene scene, out Person[] people, out EventWatch watch, out MortalStore store) =>
        (scene, people, watch, store) = (Scene, People, Watch, Store);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Scene.DisposeAsync();
    }
}
