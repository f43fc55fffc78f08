using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Pairing;

public class ClientPayloadsTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("client-payload.json");
    private static readonly KeyPair Identity = KeyPairOf(Vectors.GetProperty("identity"));
    private static readonly uint RegistrationId = Vectors.GetProperty("registrationId").GetUInt32();
    private static readonly Jid OwnDevice = Jid.Parse("15550001234:7@s.whatsapp.net");

    // The recorded payloads name an operating system version and ask for less than the default does.
    private static readonly DeviceIdentityOptions AsRecorded = new()
    {
        OsName = "Linux",
        OsVersion = "0.1.0",
        History = new HistorySyncOptions { ThumbnailDays = null, InlineContacts = false },
    };

    [Fact]
    public void Registration_is_built_byte_for_byte() => Assert.Equal(
        Vectors.GetProperty("whatsmeowShapedRegistration").TextOf("hex"),
        Hex.Text(ClientPayloads.Registration(RegistrationId, Identity, RecordedKey(), ClientVersion.Default, AsRecorded).ToByteArray()));

    [Fact]
    public void Login_is_built_byte_for_byte() => Assert.Equal(
        Vectors.GetProperty("whatsmeowShapedLogin").TextOf("hex"),
        Hex.Text(ClientPayloads.Login(OwnDevice, 1, ClientVersion.Default, AsRecorded).ToByteArray()));

    [Theory]
    [InlineData("baileysRegistration")]
    [InlineData("baileysLogin")]
    [InlineData("whatsmeowShapedRegistration")]
    [InlineData("whatsmeowShapedLogin")]
    public void Recorded_payload_has_the_recorded_fields(string name)
    {
        var vector = Vectors.GetProperty(name);

        var payload = ClientPayload.Parser.ParseFrom(vector.HexOf("hex"));

        Assert.Equal(vector.TextOf("hex"), Hex.Text(payload.ToByteArray()));
        Assert.Equal(JsonParser.Default.Parse<ClientPayload>(vector.GetProperty("json").GetRawText()), payload);
        if (vector.TryGetProperty("deviceProps", out var expected))
        {
            var properties = DeviceProps.Parser.ParseFrom(payload.DevicePairingData.DeviceProps);
            Assert.Equal(JsonParser.Default.Parse<DeviceProps>(expected.GetRawText()), properties);
            Assert.Equal(payload.DevicePairingData.DeviceProps, properties.ToByteString());
        }
    }

    [Fact]
    public void Recorded_signed_pre_key_is_signed_by_the_identity()
    {
        var vector = Vectors.GetProperty("signedPreKey");

        Assert.True(XEdDsa.Verify(Identity.PublicKey, vector.HexOf("signatureMessage"), vector.HexOf("signature")));
        Assert.True(SignedPreKey.Verify(Identity.PublicKey, vector.HexOf("public"), vector.HexOf("signature")));
    }

    [Fact]
    public void Default_device_is_a_browser_on_a_plain_operating_system()
    {
        var payload = ClientPayloads.Registration(
            RegistrationId, Identity, RecordedKey(), ClientVersion.Default, DeviceIdentityOptions.Default);
        var properties = DeviceProps.Parser.ParseFrom(payload.DevicePairingData.DeviceProps);

        Assert.Equal("Windows", properties.Os);
        Assert.False(properties.HasRequireFullSync && properties.RequireFullSync);
        Assert.Equal(DeviceProps.Types.PlatformType.Chrome, properties.PlatformType);
        Assert.Null(properties.Version);
        Assert.Equal(60u, properties.HistorySyncConfig.ThumbnailSyncDaysLimit);
        Assert.True(properties.HistorySyncConfig.SupportInlineContacts);
        Assert.False(properties.HistorySyncConfig.HasOnDemandReady);
        Assert.Equal("0.1", payload.UserAgent.OsVersion);
        Assert.False(payload.UserAgent.HasPhoneId);
    }

    [Fact]
    public void Every_option_reaches_the_payload()
    {
        var options = new DeviceIdentityOptions
        {
            OsName = "Mac OS",
            OsVersion = "10.15.7.4.2",
            Platform = CompanionPlatform.Uwp,
            Language = "de",
            Country = "AT",
            History = new HistorySyncOptions
            {
                FullSync = true,
                FullSyncDays = 365,
                FullSyncMegabytes = 500,
                RecentSyncDays = 30,
                StorageQuotaMegabytes = 1,
                ThumbnailDays = 2,
                OnDemand = true,
            },
        };

        var payload = ClientPayloads.Registration(1, Identity, RecordedKey(), new ClientVersion(2, 3000, 9), options);

        var properties = DeviceProps.Parser.ParseFrom(payload.DevicePairingData.DeviceProps);
        var history = properties.HistorySyncConfig;
        Assert.Equal("Mac OS", properties.Os);
        Assert.Equal(DeviceProps.Types.PlatformType.Uwp, properties.PlatformType);
        Assert.True(properties.RequireFullSync);
        Assert.Equal(
            new DeviceProps.Types.AppVersion { Primary = 10, Secondary = 15, Tertiary = 7, Quaternary = 4, Quinary = 2 },
            properties.Version);
        Assert.Equal(
            (365u, 500u, 30u, 1u, 2u),
            (history.FullSyncDaysLimit, history.FullSyncSizeMbLimit, history.RecentSyncDaysLimit, history.StorageQuotaMb,
                history.ThumbnailSyncDaysLimit));
        Assert.True(history.OnDemandReady);
        Assert.Equal(("de", "AT"), (payload.UserAgent.LocaleLanguageIso6391, payload.UserAgent.LocaleCountryIso31661Alpha2));
        Assert.Equal(9u, payload.UserAgent.AppVersion.Tertiary);
        Assert.Equal(new ClientVersion(2, 3000, 9).BuildHash(), payload.DevicePairingData.BuildHash.ToByteArray());
    }

    [Fact]
    public void Platforms_have_the_numbers_of_the_wire() => Assert.All(
        Enum.GetValues<CompanionPlatform>(),
        platform => Assert.True(Enum.IsDefined((DeviceProps.Types.PlatformType)platform)));

    [Theory]
    [InlineData("100000012345678:7@lid")]
    [InlineData("s.whatsapp.net")]
    [InlineData("120363025246125486@g.us")]
    public void Login_needs_a_phone_number(string jid) => Assert.Throws<ArgumentException>(
        () => ClientPayloads.Login(Jid.Parse(jid), 1, ClientVersion.Default, DeviceIdentityOptions.Default));

    public static TheoryData<string, DeviceIdentityOptions> BrokenOptions => new()
    {
        { "OsName", new() { OsName = "" } },
        { "OsName", new() { OsName = "a\nb" } },
        { "OsName", new() { OsName = new string('a', 65) } },
        { "OsName", new() { OsName = null! } },
        { "OsVersion", new() { OsVersion = "" } },
        { "OsVersion", new() { OsVersion = "10.x" } },
        { "OsVersion", new() { OsVersion = "1.2.3.4.5.6" } },
        { "Platform", new() { Platform = (CompanionPlatform)99 } },
        { "Language", new() { Language = "EN" } },
        { "Language", new() { Language = "eng" } },
        { "Country", new() { Country = "us" } },
        { "Country", new() { Country = null! } },
        { "History", new() { History = null! } },
    };

    [Theory]
    [MemberData(nameof(BrokenOptions))]
    public void Broken_option_is_named(string option, DeviceIdentityOptions options)
    {
        var thrown = Assert.Throws<ArgumentException>(
            () => ClientPayloads.Registration(1, Identity, RecordedKey(), ClientVersion.Default, options));

        Assert.Equal(option, thrown.ParamName);
    }

    private static SignedPreKey RecordedKey()
    {
        var vector = Vectors.GetProperty("signedPreKey");
        return new SignedPreKey(vector.GetProperty("id").GetUInt32(), KeyPairOf(vector), vector.HexOf("signature"));
    }

    private static KeyPair KeyPairOf(JsonElement vector)
    {
        var pair = KeyPair.FromPrivateKey(vector.HexOf("private"));
        Assert.Equal(vector.TextOf("public"), Hex.Text(pair.PublicKey));
        return pair;
    }
}
