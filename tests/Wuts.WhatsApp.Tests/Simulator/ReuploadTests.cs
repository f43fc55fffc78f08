using System.Net;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>Lost files: how downloads fail, and what the phone answers to the request to upload one again.</summary>
public class ReuploadTests
{
    [Fact]
    public async Task Lost_file_is_uploaded_again_under_a_new_path()
    {
        await using var scene = await Scene.StartAsync();
        var file = scene.Piece.Announcement;

        var answer = await scene.AskAgainAsync(file.MediaKey.ToByteArray());

        var moved = Assert.IsType<MediaRetryOutcome.Uploaded>(MediaRetry.Parse(answer, file.MediaKey.Span));
        Assert.NotEqual(file.DirectPath, moved.DirectPath);
        var reference = ReceivedHistory.Reference(file);
        reference.DirectPath = moved.DirectPath;
        Assert.Equal(scene.Piece.Packed, await MirroredCollection.DownloadAsync(scene.Simulator, reference, MediaKind.History));
        Assert.Equal(1, scene.Account.Handset.History.Deliveries[0].Reuploads);
        Assert.Empty(scene.Simulator.Server.Refusals);
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK, 0)]
    [InlineData("&hash=wrong&mms-type=md-msg-hist", HttpStatusCode.NotFound, 1)]
    [InlineData("&mms-type=image", HttpStatusCode.NotFound, 1)]
    public async Task Download_may_leave_out_hash_and_type_but_not_get_them_wrong(string added, HttpStatusCode status, int refusals)
    {
        await using var scene = await Scene.StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(scene.Simulator.MediaBaseUrl + scene.Piece.Announcement.DirectPath + added));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(refusals, scene.Simulator.Server.Refusals.Count);
    }

    [Fact]
    public async Task Phone_that_has_the_file_no_more_says_so_in_the_open()
    {
        await using var scene = await Scene.StartAsync();
        scene.Account.Handset.History.OnReupload = ReuploadAnswer.NotFound;

        var answer = await scene.AskAgainAsync(scene.Piece.Announcement.MediaKey.ToByteArray());

        Assert.Equal("2", answer.Child("error")!["code"]);
    }

    [Fact]
    public async Task Phone_that_is_off_answers_when_it_is_on_again()
    {
        await using var scene = await Scene.StartAsync();
        scene.Account.Handset.SwitchOff();
        var key = scene.Piece.Announcement.MediaKey.ToByteArray();
        await scene.Companion.SendAckedAsync(scene.Request(key));

        scene.Account.Handset.SwitchOn();

        var answer = await scene.Companion.TakeNotificationAsync("mediaretry");
        Assert.IsType<MediaRetryOutcome.Uploaded>(MediaRetry.Parse(answer, key));
    }

    [Fact]
    public async Task Request_under_another_key_is_refused_and_answered_as_undecryptable()
    {
        await using var scene = await Scene.StartAsync();

        var answer = await scene.AskAgainAsync(new byte[32]);

        Assert.IsType<MediaRetryOutcome.Failed>(MediaRetry.Parse(answer, scene.Piece.Announcement.MediaKey.Span));
        Assert.Equal(RefusalKind.BadReceipt, Assert.Single(scene.Simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Request_without_its_parts_is_refused_and_not_answered()
    {
        await using var scene = await Scene.StartAsync();
        var whole = scene.Request(scene.Piece.Announcement.MediaKey.ToByteArray());

        await scene.Companion.SendAckedAsync(Companion.Receipt(scene.Piece.Message.Stanza, "server-error", scene.Account.Jid, whole.Child("encrypt")!));

        Assert.Equal(RefusalKind.BadReceipt, Assert.Single(scene.Simulator.Server.Refusals).Kind);
        Assert.Equal(0, scene.Account.Handset.History.Deliveries[0].Reuploads);
    }

    [Theory]
    [InlineData(BlobDefect.NotFound, HttpStatusCode.NotFound)]
    [InlineData(BlobDefect.Gone, HttpStatusCode.Gone)]
    [InlineData(BlobDefect.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(BlobDefect.Unavailable, HttpStatusCode.ServiceUnavailable)]
    [InlineData(BlobDefect.Truncated, HttpStatusCode.OK)]
    [InlineData(BlobDefect.Corrupted, HttpStatusCode.OK)]
    public async Task Armed_download_fails_as_ordered_and_the_next_one_works(BlobDefect defect, HttpStatusCode status)
    {
        await using var scene = await Scene.StartAsync();
        var reference = ReceivedHistory.Reference(scene.Piece.Announcement);
        scene.Simulator.Server.Faults.Add(new Fault.Blob { Defect = defect, Type = "md-app-state", Times = 0 });
        scene.Simulator.Server.Faults.Add(new Fault.Blob { Defect = defect, Type = "md-msg-hist", Account = scene.Account.Phone });
        using var http = new HttpClient();
        Assert.True(MediaReference.TryCreate(reference, out var file));

        using var spoilt = await http.GetAsync(MediaUrl.Build(scene.Simulator.MediaBaseUrl, file, MediaKind.History));

        Assert.Equal(status, spoilt.StatusCode);
        var whole = await MirroredCollection.DownloadAsync(scene.Simulator, reference, MediaKind.History);
        Assert.Equal(scene.Piece.Packed, whole);
        if (status == HttpStatusCode.OK)
        {
            Assert.NotEqual(reference.FileEncSha256.ToByteArray(), System.Security.Cryptography.SHA256.HashData(await spoilt.Content.ReadAsByteArrayAsync()));
        }
    }

    private sealed class Scene(SimulatorHost simulator, Account account, Companion companion, ReceivedHistory piece) : IAsyncDisposable
    {
        public SimulatorHost Simulator { get; } = simulator;

        public Account Account { get; } = account;

        public Companion Companion { get; } = companion;

        public ReceivedHistory Piece { get; } = piece;

        public static async Task<Scene> StartAsync()
        {
            var simulator = await SimulatorHost.StartAsync();
            var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
            account.Handset.History.Add(new HistoryChat(Jid.Parse("200000000000001@lid"), "Anna"));
            account.Handset.History.IsOn = true;
            var companion = await Companion.LinkAsync(simulator, account);
            return new Scene(simulator, account, companion, await ReceivedHistory.TakeAsync(simulator, companion, withReceipts: false));
        }

        public Node Request(byte[] key) => MediaRetry.BuildRequest(Piece.Message.Id, key, Account.Jid, Account.Jid, fromMe: true);

        public async Task<Node> AskAgainAsync(byte[] key)
        {
            await Companion.SendAckedAsync(Request(key));
            var answer = await Companion.TakeNotificationAsync("mediaretry");
            Assert.Equal(Piece.Message.Id, answer["id"]);
            return answer;
        }

        public async ValueTask DisposeAsync()
        {
            await Companion.DisposeAsync();
            await Simulator.DisposeAsync();
        }
    }
}
