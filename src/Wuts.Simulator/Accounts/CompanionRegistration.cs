using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator;

/// <summary>What a client told the server about itself when it registered, checked. Protocol sections 3.3 and 7.7.</summary>
/// <param name="NoiseKey">Its static key of the handshake, 32 bytes.</param>
/// <param name="Identity">Its identity key, 32 bytes.</param>
/// <param name="RegistrationId">Its registration id, 4 bytes.</param>
/// <param name="SignedPreKey">Its signed pre-key.</param>
/// <param name="Properties">What the phone shows about it, and which history it wants.</param>
internal sealed record CompanionRegistration(
    byte[] NoiseKey,
    byte[] Identity,
    byte[] RegistrationId,
    SignedPreKeyRecord SignedPreKey,
    DeviceProps Properties);

/// <summary>A signed pre-key as it stands on the wire.</summary>
/// <param name="Id">3 bytes.</param>
/// <param name="PublicKey">32 bytes.</param>
/// <param name="Signature">64 bytes over <c>05 || PublicKey</c> by the identity key.</param>
internal sealed record SignedPreKeyRecord(byte[] Id, byte[] PublicKey, byte[] Signature);
