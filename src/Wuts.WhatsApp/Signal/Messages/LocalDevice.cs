namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>The own device, as pairing left it.</summary>
/// <param name="Account">Its names.</param>
/// <param name="Identity">Its Signal identity.</param>
/// <param name="PhoneIdentity">
/// The account signature key, bare: the Signal identity that the own phone must have.
/// </param>
/// <param name="SignedIdentity">
/// The complete signed device identity, with the account signature key. Goes along with pre-key messages and retry receipts.
/// </param>
internal sealed record LocalDevice(OwnAccount Account, LocalIdentity Identity, byte[] PhoneIdentity, byte[] SignedIdentity);
