using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Devices;

/// <summary>Changes of the address book on their way to the phone.</summary>
public sealed class EditTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_saved_contact_is_listed_at_once_and_reaches_the_phone()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedWithPhoneAsync();
        var person = scene.Server.People.Add();

        await scene.Device.SaveContactAsync(person.Jid, "Maria", "Silva", None).Value();

        var row = Assert.Single((await scene.Device.ListContactsAsync(new ContactListRequest(), None).Value()).Rows);
        Assert.Equal(("Maria", "Maria Silva"), (row.FirstName, row.FullName));
        await Guard.UntilAsync(() => account.Handset.AddressBook.Find(person.Jid)?.FullName == "Maria Silva");
    }

    [Fact]
    public async Task A_contact_that_was_saved_while_disconnected_reaches_the_phone_after_the_next_login()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedWithPhoneAsync();
        var person = scene.Server.People.Add();
        await scene.Device.DisconnectAsync(None).Value();

        await scene.Device.SaveContactAsync(person.Jid, "Maria", null, None).Value();
        Assert.Null(account.Handset.AddressBook.Find(person.Jid));
        await scene.Device.ConnectAsync(Guard.Limit, None).Value();

        await Guard.UntilAsync(() => account.Handset.AddressBook.Find(person.Jid)?.FullName == "Maria");
    }

    [Fact]
    public async Task The_name_that_was_saved_last_is_read_and_reaches_the_phone_while_one_before_it_is_still_on_its_way()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedWithPhoneAsync();
        var person = scene.Server.People.Add();
        var uploads = new[] { new Held(), new Held() };
        var count = 0;
        using var script = scene.Server.OnIqLater("w:sync:app:state", async iq =>
        {
            if (IsUpload(iq) && count < uploads.Length)
            {
                await uploads[count++].WaitAsync();
            }

            return null;
        });

        await scene.Device.SaveContactAsync(person.Jid, "Maria", "Silva", None).Value();
        await uploads[0].Arrived.Within();
        await scene.Device.SaveContactAsync(person.Jid, "Marta", "Souza", None).Value();
        var saved = await scene.Device.ListContactsAsync(new ContactListRequest(), None).Value();
        uploads[0].Release();
        await uploads[1].Arrived.Within();

        var found = Assert.Single(await scene.Device.FindContactsAsync([person.Jid], None).Value());
        var listed = Assert.Single((await scene.Device.ListContactsAsync(new ContactListRequest(), None).Value()).Rows);
        Assert.Equal(("Marta", "Marta Souza"), (found.FirstName, found.FullName));
        Assert.Equal(("Marta", "Marta Souza"), (listed.FirstName, listed.FullName));
        Assert.Equal("Marta Souza", Assert.Single(saved.Rows).FullName);
        uploads[1].Release();
        await scene.PassAsync(() => account.Handset.AddressBook.Find(person.Jid)?.FullName == "Marta Souza");
        found = Assert.Single(await scene.Device.FindContactsAsync([person.Jid], None).Value());
        Assert.Equal(("Marta", "Marta Souza"), (found.FirstName, found.FullName));
    }

    [Fact]
    public async Task A_name_that_the_phone_changed_later_is_shown_as_a_change_once_it_is_known_to_count()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedWithPhoneAsync();
        var person = scene.Server.People.Add();
        account.Handset.AddressBook.Add(new PhoneContact(person.Jid, "Before"));
        await scene.Device.SyncAppStateAsync([SyncScope.Contacts], full: false, None).Value();
        var upload = new Held();
        using var script = scene.Server.OnIqLater("w:sync:app:state", async iq =>
        {
            if (IsUpload(iq))
            {
                await upload.WaitAsync();
            }

            return null;
        });

        await scene.Device.SaveContactAsync(person.Jid, "Here", null, None).Value();
        await upload.Arrived.Within();
        scene.ServerTime.Advance(TimeSpan.FromMinutes(1));
        account.Handset.AddressBook.Rename(person.Jid, "Phone");
        var seen = await scene.Device.ListContactsAsync(new ContactListRequest(), None).Value();
        Assert.Equal("Here", Assert.Single(seen.Rows).FullName);
        upload.Release();

        await scene.PassAsync(async () => (await ChangedAsync(scene, seen.Version))?.FullName == "Phone");
        Assert.Equal("Phone", account.Handset.AddressBook.Find(person.Jid)?.FullName);
    }

    [Theory]
    [InlineData(false, 429)]
    [InlineData(false, 503)]
    [InlineData(true, 503)]
    public async Task An_upload_that_WhatsApp_cannot_take_now_is_tried_again_though_nothing_new_is_fetched(bool takesNothing, int code)
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedWithPhoneAsync();
        var person = scene.Server.People.Add();
        var refusal = new Refusal(scene, iq => takesNothing || IsUpload(iq), code);

        await scene.Device.SaveContactAsync(person.Jid, "Maria", null, None).Value();
        await refusal.Given.Within();
        refusal.Dispose();

        await scene.PassAsync(() => account.Handset.AddressBook.Find(person.Jid)?.FullName == "Maria");
    }

    [Fact]
    public async Task An_edit_that_was_made_while_disconnected_outlives_a_login_at_which_it_cannot_be_uploaded()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.LinkedWithPhoneAsync();
        var person = scene.Server.People.Add();
        await scene.Device.DisconnectAsync(None).Value();
        await scene.Device.SaveContactAsync(person.Jid, "Maria", null, None).Value();
        var refusal = new Refusal(scene, IsUpload, 500);

        await scene.Device.ConnectAsync(Guard.Limit, None).Value();
        await refusal.Given.Within();
        refusal.Dispose();

        await scene.PassAsync(() => account.Handset.AddressBook.Find(person.Jid)?.FullName == "Maria");
    }

    private static bool IsUpload(Node iq) => iq.Child("sync")?.Child("collection")?.Child("patch") is not null;

    private static async Task<ContactView?> ChangedAsync(Scene scene, long since) =>
        (await scene.Device.ListContactsAsync(new ContactListRequest { Since = since }, None).Value()).Rows is [var first, ..] ? first : null;

    /// <summary>A request that the server answers only when it may.</summary>
    private sealed class Held
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Arrived => _arrived.Task;

        public Task WaitAsync()
        {
            _arrived.TrySetResult();
            return _released.Task.Within();
        }

        public void Release() => _released.TrySetResult();
    }

    /// <summary>Refuses requests about app state until it is disposed.</summary>
    private sealed class Refusal : IDisposable
    {
        private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly IDisposable _script;

        public Refusal(Scene scene, Func<Node, bool> isRefused, int code) => _script = scene.Server.OnIq("w:sync:app:state", iq =>
        {
            if (!isRefused(iq))
            {
                return null;
            }

            _given.TrySetResult();
            return new Node("iq", [("id", iq["id"]!), ("type", "error")], [new Node("error", [("code", code)])]);
        });

        public Task Given => _given.Task;

        public void Dispose() => _script.Dispose();
    }
}
