using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal;

/// <summary>What this device is to its Signal peers.</summary>
/// <param name="KeyPair">The identity key pair.</param>
/// <param name="RegistrationId">The registration id.</param>
internal sealed record LocalIdentity(KeyPair KeyPair, uint RegistrationId);
