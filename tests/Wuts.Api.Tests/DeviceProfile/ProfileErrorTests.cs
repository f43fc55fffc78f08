using System.Net;
using Wuts.Api.DeviceProfile;
using Wuts.Api.Http;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.DeviceProfile;

public class ProfileErrorTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    public static TheoryData<object, int, string> Failures => new()
    {
        { new Failure.NotReady(DeviceState.Disconnected), 409, "device_not_connected" },
        { new Failure.NotReady(DeviceState.Disconnected, new DeviceProblem(DeviceProblemKind.ClientOutdated)), 409, "client_outdated" },
        { new Failure.NotReady(DeviceState.LoggedOut), 409, "logged_out" },
        { new Failure.NotReady(DeviceState.Destroyed), 410, "device_destroyed" },
        { new Failure.NoDevice(), 404, "not_found" },
        { new Failure.DeviceDestroyed(), 410, "device_destroyed" },
        { new Failure.NotPermitted(), 403, "forbidden" },
        { new Failure.NotFound(MissingThing.Contact), 404, "not_found" },
        { new Failure.NotFound(MissingThing.Group), 404, "not_found" },
        { new Failure.NotFound(MissingThing.Invite), 404, "not_found" },
        { new Failure.Invalid("phone", "The number is not possible."), 400, "validation_error" },
        { new Failure.Conflict(ConflictKind.AlreadyLinked), 409, "qr_reset_not_allowed" },
        { new Failure.Conflict(ConflictKind.PairingInProgress), 409, "qr_reset_not_allowed" },
        { new Failure.Conflict(ConflictKind.NotLinked), 409, "device_not_connected" },
        { new Failure.Conflict(ConflictKind.TooManyDevices), 409, "too_many_devices" },
        { new Failure.Conflict(ConflictKind.AliasLinkedElsewhere), 409, "conflict" },
        { new Failure.RateLimited(null, IsOwnLimit: false), 429, "provider_rate_limit" },
        { new Failure.TimedOut(), 504, "provider_timeout" },
        { new Failure.Refused(500), 502, "provider_error" },
        { new Failure.Unavailable(TimeSpan.FromSeconds(1)), 503, "service_unavailable" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    [Statement("device-profile 1.4", "Every failure has its status and code of the table.")]
    public void Failure_has_its_status_and_code(object failure, int status, string code)
    {
        var error = ProfileError.Of(new Problem.Failed((Failure)failure));

        Assert.Equal((status, code), (error.Status, error.Code));
    }

    [Fact]
    [Statement("device-profile 1.4", "408 request_canceled when the caller went away; 500 internal_error is ours.")]
    public void Caller_who_went_away_and_our_own_faults_have_codes()
    {
        var canceled = ProfileError.Of(new Problem.Canceled());
        var fault = ProfileError.Of(new Problem.Internal());

        Assert.Equal((408, "request_canceled"), (canceled.Status, canceled.Code));
        Assert.Equal((500, "internal_error"), (fault.Status, fault.Code));
    }

    [Fact]
    [Statement("device-profile 1.4", "The exact body of device_not_connected.")]
    [Statement("device-profile 1.3", "request_id is beside error, equal to the header, and details is omitted when empty.")]
    public async Task Device_that_is_not_connected_has_the_exact_body()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);

        var answer = await scene.Owner.Client.GetAsync(
            scene.Path($"profile?jid={ProfileScene.Phone}"), r => r.Headers.Add("X-Request-ID", "8f0d0b6e-5a0d-4f1f-9a53-6f0c1e6f2a11"));

        Assert.Equal(
            """{"error":{"code":"device_not_connected","message":"Device is not connected"},"""
            + "\"request_id\":\"8f0d0b6e-5a0d-4f1f-9a53-6f0c1e6f2a11\"}",
            answer.Text);
        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
    }

    [Fact]
    [Statement("device-profile 1.2", "On success the request id is a header only.")]
    public async Task Success_has_its_request_id_in_the_header()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();

        var answer = await scene.GetProfileAsync(ProfileScene.Lid);

        Assert.True(Guid.TryParse(answer.Header("X-Request-ID"), out _));
        Assert.DoesNotContain("request_id", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeviceState.Created)]
    [InlineData(DeviceState.Pairing)]
    [InlineData(DeviceState.PairingExpired)]
    [InlineData(DeviceState.Connecting)]
    [InlineData(DeviceState.Reconnecting)]
    [InlineData(DeviceState.Disconnected)]
    [Statement("device-profile A1.4", "409 device_not_connected whenever the device is not connected.")]
    [Statement("device-profile A1.5", "device_not_connected wins over any cached answer.")]
    public async Task Connection_is_a_precondition_even_of_what_is_cached(DeviceState state)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        scene.Device.Is(state);

        (await scene.GetProfileAsync(ProfileScene.Lid)).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");
        (await scene.GetGroupsAsync()).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");
    }

    [Fact]
    [Statement("device-profile A1.4", "409 logged_out when WhatsApp unlinked the account.")]
    public async Task Device_that_was_unlinked_says_so()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.LoggedOut);

        (await scene.GetProfileAsync(ProfileScene.Lid)).IsProfileError(HttpStatusCode.Conflict, "logged_out");
        (await scene.GetGroupsAsync()).IsProfileError(HttpStatusCode.Conflict, "logged_out");
    }

    [Fact]
    [Statement("device-profile A1.4", "410 device_destroyed when the device was destroyed.")]
    public async Task Device_that_was_destroyed_says_so()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        await fixture.Catalog.DestroyAsync(scene.Device.Id, fixture.Time.GetUtcNow(), CancellationToken.None);
        fixture.Service<DeviceDirectory>().Forget();

        (await scene.GetProfileAsync(ProfileScene.Lid)).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
        (await scene.GetGroupsAsync()).IsProfileError(HttpStatusCode.Gone, "device_destroyed");
    }

    [Fact]
    [Statement("device-profile 1.1", "A device of another app is 404 not_found: a stranger's, a colleague's, and one that never was.")]
    public async Task Device_of_somebody_else_is_not_there()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        var stranger = await fixture.NewTenantAsync();
        var colleague = await scene.Owner.AddUserAsync(Role.Admin);
        var path = scene.Path($"profile?jid={ProfileScene.Phone}");

        (await stranger.Client.GetAsync(path)).IsProfileError(HttpStatusCode.NotFound, "not_found");
        (await colleague.Client.GetAsync(path)).IsProfileError(HttpStatusCode.NotFound, "not_found");
        (await scene.Owner.Client.GetAsync($"/wa/devices/{Guid.NewGuid()}/groups")).IsProfileError(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("uuid")]
    [InlineData("1")]
    [InlineData("2b0f6c1e8a534c3b9d3e0f6a6a3f9a10")]
    [InlineData("{2b0f6c1e-8a53-4c3b-9d3e-0f6a6a3f9a10}")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [Statement("device-profile 1.1", "device_id is a UUID; anything else is 400 validation_error, field device_id.")]
    public async Task Device_id_that_is_no_uuid_is_refused(string id)
    {
        var scene = await ProfileScene.NewAsync(fixture);

        foreach (var tail in new[] { $"profile?jid={ProfileScene.Phone}", "groups" })
        {
            (await scene.Owner.Client.GetAsync($"/wa/devices/{id}/{tail}"))
                .IsProfileError(HttpStatusCode.BadRequest, "validation_error", "device_id");
        }
    }

    [Fact]
    [Statement("device-profile A1.4", "404 not_found with field jid: the number is not on WhatsApp.")]
    public async Task Number_that_is_not_on_whatsapp_is_not_found()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(ProfileScene.Phone);
        scene.Device.Contact(ProfileScene.Phone).Profile = (_, _) => new Failure.NotFound(MissingThing.Contact);

        (await scene.GetProfileAsync(ProfileScene.Phone)).IsProfileError(HttpStatusCode.NotFound, "not_found", "jid");
    }

    [Fact]
    [Statement("device-profile A1.4", "429 provider_rate_limit when WhatsApp throttled the lookup, with Retry-After when it is known.")]
    public async Task Limit_of_whatsapp_is_passed_on()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Contact(ProfileScene.Phone).Profile = (_, _) => new Failure.RateLimited(TimeSpan.FromSeconds(29.5), IsOwnLimit: false);
        scene.Device.Contact(ProfileScene.Phone).Picture = (_, _, _) => new Failure.RateLimited(null, IsOwnLimit: false);

        var answer = await scene.GetProfileAsync(ProfileScene.Phone);

        answer.IsProfileError(HttpStatusCode.TooManyRequests, "provider_rate_limit");
        Assert.Equal("30", answer.Header("Retry-After"));
    }

    [Fact]
    [Statement("device-profile A1.4", "Only when nothing at all could be learned is it an error.")]
    public async Task Lookup_and_picture_that_both_fail_are_an_error()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Contact(ProfileScene.Phone).Profile = (_, _) => new Failure.TimedOut();
        scene.Device.Contact(ProfileScene.Phone).Picture = (_, _, _) => new Failure.TimedOut();

        (await scene.GetProfileAsync(ProfileScene.Phone)).IsProfileError(HttpStatusCode.GatewayTimeout, "provider_timeout");
    }

    [Fact]
    [Statement("device-profile A1.4", "A part that fails does not fail the whole.")]
    public async Task What_was_known_lately_is_shown_when_the_lookup_and_the_picture_fail()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Contact(ProfileScene.Phone).Profile = (_, _) => new ContactProfile { About = Seen.Shown("Known"), Unrenewed = new Failure.TimedOut() };
        scene.Device.Contact(ProfileScene.Phone).Picture = (_, _, _) => new Failure.TimedOut();

        var profile = (await scene.GetProfileAsync(ProfileScene.Phone)).Profile();

        Assert.Equal("Known", profile.GetProperty("status").GetString());
    }

    [Fact]
    [Statement("device-profile A1.4", "A device that drops in the middle of a lookup is not connected, whatever else was learned.")]
    public async Task Device_that_drops_meanwhile_is_not_connected()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        scene.Device.Contact(ProfileScene.Lid).Picture = (_, _, _) => new Failure.NotReady(DeviceState.Reconnecting);

        (await scene.GetProfileAsync(ProfileScene.Lid)).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");
    }

    [Fact]
    [Statement("device-profile 1.1", "Order of checks: token, then form, then device, then connection.")]
    public async Task Checks_come_in_the_order_of_the_contract()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        var wrongForm = scene.Path("profile?jid=x");

        (await fixture.Anonymous().GetAsync(wrongForm)).IsProfileError(HttpStatusCode.Unauthorized, "invalid_api_key");
        (await scene.Owner.Client.GetAsync($"/wa/devices/{Guid.NewGuid()}/profile?jid=x"))
            .IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");
        (await scene.Owner.Client.GetAsync(wrongForm)).IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");
        (await scene.Owner.Client.GetAsync($"/wa/devices/{Guid.NewGuid()}/profile?jid={ProfileScene.Phone}"))
            .IsProfileError(HttpStatusCode.NotFound, "not_found");
        (await scene.GetProfileAsync(ProfileScene.Phone)).IsProfileError(HttpStatusCode.Conflict, "device_not_connected");
    }
}
