using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;
using UserAgent = Wuts.WhatsApp.Protos.ClientPayload.Types.UserAgent;
using WebInfo = Wuts.WhatsApp.Protos.ClientPayload.Types.WebInfo;

namespace Wuts.WhatsApp.Pairing;

/// <summary>Builds what the client says about itself inside the handshake. Protocol section 4.</summary>
internal static class ClientPayloads
{
    /// <summary>The payload of a device that is not paired yet: its keys and how it wants to be shown.</summary>
    public static ClientPayload Registration(
        uint registrationId, KeyPair identity, SignedPreKey signedPreKey, ClientVersion version, DeviceIdentityOptions options)
    {
        options.Validate();
        var registration = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(registration, registrationId);
        var payload = Common(version, options);
        payload.Passive = false;
        payload.Pull = false;
        payload.DevicePairingData = new ClientPayload.Types.DevicePairingRegistrationData
        {
            ERegid = ByteString.CopyFrom(registration),
            EKeytype = ByteString.CopyFrom(PublicKeys.Type),
            EIdent = ByteString.CopyFrom(identity.PublicKey),
            ESkeyId = ByteString.CopyFrom(PreKeyIds.ToBytes(signedPreKey.Id)),
            ESkeyVal = ByteString.CopyFrom(signedPreKey.KeyPair.PublicKey),
            ESkeySig = ByteString.CopyFrom(signedPreKey.Signature.Span),
            BuildHash = ByteString.CopyFrom(version.BuildHash()),
            DeviceProps = Properties(options).ToByteString(),
        };
        return payload;
    }

    /// <summary>The payload of a paired device.</summary>
    /// <param name="ownDevice">Own phone-number JID with device.</param>
    /// <param name="loginCounter">Number of this login, counted from 1 since pairing.</param>
    /// <param name="version">The client version.</param>
    /// <param name="options">How the device presents itself.</param>
    /// <exception cref="ArgumentException">The JID is no phone number.</exception>
    public static ClientPayload Login(Jid ownDevice, int loginCounter, ClientVersion version, DeviceIdentityOptions options)
    {
        options.Validate();
        if (!ownDevice.IsPhone || !ulong.TryParse(ownDevice.User, NumberStyles.None, CultureInfo.InvariantCulture, out var username))
        {
            throw new ArgumentException("A device logs in with its phone-number JID.", nameof(ownDevice));
        }

        var payload = Common(version, options);
        payload.Username = username;
        payload.Device = ownDevice.Device;

        // Passive: the backlog waits until pre-keys are uploaded and the client says that it is active.
        payload.Passive = true;
        payload.Pull = true;
        payload.Lc = loginCounter;
        payload.LidDbMigrated = true;
        return payload;
    }

    private static ClientPayload Common(ClientVersion version, DeviceIdentityOptions options)
    {
        // No phone id: a made-up one is reported to get sessions flagged.
        var osVersion = options.OsVersion ?? "0.1";
        return new ClientPayload
        {
            UserAgent = new UserAgent
            {
                Platform = UserAgent.Types.Platform.Web,
                AppVersion = new UserAgent.Types.AppVersion
                {
                    Primary = version.Primary,
                    Secondary = version.Secondary,
                    Tertiary = version.Revision,
                },
                Mcc = "000",
                Mnc = "000",
                OsVersion = osVersion,
                Manufacturer = "",
                Device = "Desktop",
                OsBuildNumber = osVersion,
                ReleaseChannel = UserAgent.Types.ReleaseChannel.Release,
                LocaleLanguageIso6391 = options.Language,
                LocaleCountryIso31661Alpha2 = options.Country,
            },
            WebInfo = new WebInfo { WebSubPlatform = WebInfo.Types.WebSubPlatform.WebBrowser },
            ConnectType = ClientPayload.Types.ConnectType.WifiUnknown,
            ConnectReason = ClientPayload.Types.ConnectReason.UserActivated,
        };
    }

    private static DeviceProps Properties(DeviceIdentityOptions options)
    {
        var properties = new DeviceProps
        {
            Os = options.OsName,
            PlatformType = (DeviceProps.Types.PlatformType)options.Platform,
            RequireFullSync = options.History.FullSync,
            HistorySyncConfig = HistorySyncConfig(options.History),
        };
        if (options.TryParseOsVersion(out var numbers))
        {
            properties.Version = AppVersion(numbers);
        }

        return properties;
    }

    private static DeviceProps.Types.AppVersion AppVersion(ReadOnlySpan<uint> numbers)
    {
        var version = new DeviceProps.Types.AppVersion { Primary = numbers[0] };
        if (numbers.Length > 1)
        {
            version.Secondary = numbers[1];
        }

        if (numbers.Length > 2)
        {
            version.Tertiary = numbers[2];
        }

        if (numbers.Length > 3)
        {
            version.Quaternary = numbers[3];
        }

        if (numbers.Length > 4)
        {
            version.Quinary = numbers[4];
        }

        return version;
    }

    private static DeviceProps.Types.HistorySyncConfig HistorySyncConfig(HistorySyncOptions options)
    {
        var config = new DeviceProps.Types.HistorySyncConfig
        {
            StorageQuotaMb = options.StorageQuotaMegabytes,
            InlineInitialPayloadInE2EeMsg = true,
            SupportCallLogHistory = true,
            SupportBotUserAgentChatHistory = true,
            SupportCagReactionsAndPolls = true,
            SupportBizHostedMsg = true,
            SupportRecentSyncChunkMessageCountTuning = true,
            SupportHostedGroupMsg = true,
            SupportFbidBotChatHistory = true,
            SupportMessageAssociation = true,
            SupportGroupHistory = true,
        };

        // What is not asked for is not mentioned, as WhatsApp Web does it.
        if (options.FullSyncDays is { } fullDays)
        {
            config.FullSyncDaysLimit = fullDays;
        }

        if (options.FullSyncMegabytes is { } fullMegabytes)
        {
            config.FullSyncSizeMbLimit = fullMegabytes;
        }

        if (options.RecentSyncDays is { } recentDays)
        {
            config.RecentSyncDaysLimit = recentDays;
        }

        if (options.ThumbnailDays is { } thumbnailDays)
        {
            config.ThumbnailSyncDaysLimit = thumbnailDays;
        }

        if (options.OnDemand)
        {
            config.OnDemandReady = true;
        }

        if (options.InlineContacts)
        {
            config.SupportInlineContacts = true;
        }

        return config;
    }
}
