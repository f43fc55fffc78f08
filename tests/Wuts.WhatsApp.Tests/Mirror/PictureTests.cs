using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Tests.Client;
using Wuts.WhatsApp.Tests.Mirror.Corruption;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Pictures over a whole client: what is asked, with which proof of a relation, and what an answer or none means. Sync section 6.</summary>
public sealed class PictureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Query_that_is_not_answered_times_out_after_fifteen_seconds_and_says_nothing_about_the_picture()
    {
        await using var scene = await Scene.StartAsync();
        scene.Person.Defects = new DirectoryDefects { PictureIsSilent = true };

        var asking = scene.Client.GetPictureAsync(new PictureRequest { Target = scene.Person.Jid });
        await scene.Network.Time.WhenTimerDueAsync(Patience).Within("the limit");
        scene.Network.Time.Advance(Patience - TimeSpan.FromTicks(1));
        Assert.False(asking.IsCompleted);
        scene.Network.Time.Advance(TimeSpan.FromTicks(1));

        var timeout = await Assert.ThrowsAsync<WhatsAppTimeoutException>(() => asking.Within());
        Assert.Equal((Patience, true), (timeout.Timeout, timeout.IsTransient));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hidden_picture_is_found_once_the_person_has_given_a_token(bool byLid)
    {
        await using var scene = await Scene.StartAsync();
        var request = new PictureRequest { Target = byLid ? scene.Person.Lid : scene.Person.Jid };

        // The server names the number only to somebody who has it.
        scene.Network.Server.People.Of(scene.Account).AddContact(scene.Person);
        scene.Person.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Contacts);
        Assert.Equal(new PictureOutcome.Hidden(), await scene.Client.GetPictureAsync(request).Within());
        Assert.Null(scene.LastToken);

        var token = scene.Person.Trust(scene.Network.Server.People.Of(scene.Account)).ToArray();
        await scene.Watch.UntilAsync(
            () => scene.Watch.Changes.Any(e => e is AccountEvent.Notified { Item: NotificationItem.PrivacyTokenReceived }), "the token");

        var found = Assert.IsType<PictureOutcome.Found>(await scene.Client.GetPictureAsync(request).Within());
        Assert.Equal(scene.Person.Picture!.Id, found.Info.Id);
        Assert.Equal(token, scene.LastToken!.ContentBytes.ToArray());
        Assert.NotNull(Iq.Time(scene.LastToken, "t"));
        scene.Network.AssertNothingRefused();
    }

    [Fact]
    public async Task Token_that_has_expired_is_not_shown()
    {
        await using var scene = await Scene.StartAsync();
        await scene.KeepTokenAsync(scene.Person.Lid, scene.Network.Time.GetUtcNow() - TimeSpan.FromDays(29));

        await scene.Client.GetPictureAsync(new PictureRequest { Target = scene.Person.Lid }).Within();

        Assert.Null(scene.LastToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Own_picture_is_asked_for_without_a_token_even_when_one_is_given(bool byLid)
    {
        await using var scene = await Scene.StartAsync();
        var own = scene.Network.Server.People.Of(scene.Account);
        own.SetPicture();
        await scene.KeepTokenAsync(own.Lid, scene.Network.Time.GetUtcNow());
        var target = byLid ? own.Lid : own.Jid;

        var kept = await scene.Client.GetPictureAsync(new PictureRequest { Target = target }).Within();
        var given = await scene.Client.GetPictureAsync(
            new PictureRequest { Target = target, Token = new PrivacyToken(new byte[] { 1 }, scene.Network.Time.GetUtcNow()) }).Within();

        // With a token the server would not answer.
        Assert.All([kept, given], outcome => Assert.IsType<PictureOutcome.Found>(outcome));
        Assert.Null(scene.LastToken);
    }

    [Fact]
    public async Task Announcement_account_is_never_asked_about()
    {
        await using var scene = await Scene.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(
            () => scene.Client.GetPictureAsync(new PictureRequest { Target = Jid.Parse("0@s.whatsapp.net") }));

        Assert.Equal(0, scene.Asked);
    }

    [Theory]
    [InlineData(NoPictureAnswer.Error)]
    [InlineData(NoPictureAnswer.InnerError)]
    [InlineData(NoPictureAnswer.Status)]
    [InlineData(NoPictureAnswer.EmptyPicture)]
    [InlineData(NoPictureAnswer.EmptyResult)]
    public async Task Every_form_of_no_picture_is_understood(NoPictureAnswer form)
    {
        await using var scene = await Scene.StartAsync();
        scene.Network.Server.PictureAnswers.NoPicture = form;
        scene.Person.RemovePicture();

        Assert.Equal(new PictureOutcome.NotSet(), await scene.Client.GetPictureAsync(new PictureRequest { Target = scene.Person.Jid }).Within());
    }

    [Theory]
    [InlineData(SamePictureAnswer.Status)]
    [InlineData(SamePictureAnswer.IdOnly)]
    [InlineData(SamePictureAnswer.EmptyResult)]
    public async Task Every_form_of_unchanged_is_understood(SamePictureAnswer form)
    {
        await using var scene = await Scene.StartAsync();
        scene.Network.Server.PictureAnswers.Unchanged = form;

        var request = new PictureRequest { Target = scene.Person.Jid, ExistingId = scene.Person.Picture!.Id };

        Assert.Equal(new PictureOutcome.Unchanged(), await scene.Client.GetPictureAsync(request).Within());
    }

    [Theory]
    [InlineData(HiddenPictureAnswer.Error, false)]
    [InlineData(HiddenPictureAnswer.InnerError, false)]
    [InlineData(HiddenPictureAnswer.NotFound, true)]
    public async Task Every_form_of_hidden_is_understood_as_far_as_it_can_be_told_from_none(HiddenPictureAnswer form, bool looksLikeNone)
    {
        await using var scene = await Scene.StartAsync();
        scene.Network.Server.PictureAnswers.Hidden = form;
        scene.Person.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);

        var outcome = await scene.Client.GetPictureAsync(new PictureRequest { Target = scene.Person.Jid }).Within();

        Assert.Equal(looksLikeNone ? new PictureOutcome.NotSet() : new PictureOutcome.Hidden(), outcome);
    }

    [Fact]
    public async Task Picture_of_a_group_that_may_not_be_seen_is_not_permitted()
    {
        await using var scene = await Scene.StartAsync();
        var group = scene.Network.Server.Groups.Create(new GroupSpec { Creator = scene.Person });

        var outcome = await scene.Client.GetPictureAsync(new PictureRequest { Target = group.Jid }).Within();

        Assert.Equal(new PictureOutcome.NotPermitted(), outcome);
    }

    [Fact]
    public async Task Too_many_queries_are_an_outcome_that_says_how_long_to_wait()
    {
        await using var scene = await Scene.StartAsync();
        scene.Network.Server.Faults.Add(new Fault.RequestError { Xmlns = PictureQuery.Xmlns, Backoff = 30 });

        var outcome = await scene.Client.GetPictureAsync(new PictureRequest { Target = scene.Person.Jid }).Within();

        Assert.Equal(new PictureOutcome.Limited(TimeSpan.FromSeconds(30)), outcome);
    }

    private sealed class Scene : IAsyncDisposable
    {
        private readonly InMemoryWhatsAppStore _store = new();

        private Scene(Network network)
        {
            Network = network;
            Account = network.Server.Accounts.Create();
            Person = network.Server.People.Add(new PersonSpec { HasPicture = true });
            Client = network.CreateClient(_store, options => options with { EventSink = Watch });
            network.Server.OnIq(PictureQuery.Xmlns, iq =>
            {
                Asked++;
                LastToken = iq.Child("picture")!.Child("tctoken");
                return null;
            });
        }

        public Network Network { get; }

        public Account Account { get; }

        public Person Person { get; }

        public WhatsAppClient Client { get; }

        public HealthWatch Watch { get; } = new();

        /// <summary>How often a picture was asked for.</summary>
        public int Asked { get; private set; }

        /// <summary>The token in the latest query, where it belongs.</summary>
        public Node? LastToken { get; private set; }

        public static async Task<Scene> StartAsync()
        {
            var scene = new Scene(await Network.StartAsync());
            await scene.Network.LinkAsync(scene.Client, scene.Account);
            return scene;
        }

        public async Task KeepTokenAsync(Jid owner, DateTimeOffset madeAt)
        {
            var commit = new AccountCommit();
            commit.Add(new AccountWrite.Token(owner, new PrivacyToken(new byte[] { 1 }, madeAt)));
            await _store.Account.CommitAsync(commit, default);
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Network.DisposeAsync();
        }
    }
}
