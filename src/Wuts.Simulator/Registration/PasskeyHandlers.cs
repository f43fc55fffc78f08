using Wuts.Simulator.Sessions;

namespace Wuts.Simulator.Registration;

/// <summary>The requests of the passkey gate. Protocol section 7.8.</summary>
internal static class PasskeyHandlers
{
    public static void MapPasskey(this IqRoutes routes)
    {
        routes.Map("md", "get", "passkey_request_options", IqStage.Registering, request => request.Registration.Passkey.Options());
        routes.Map("md", "get", "ref", IqStage.Registering, request => request.Registration.Passkey.NewReference());
        routes.Map(
            "md", "set", "passkey_prologue", IqStage.Registering, request => request.Registration.Passkey.TakePrologue(request.Child!));
        routes.Map("md", "set", "companion_nonce", IqStage.Registering, request => request.Registration.Passkey.TakeNonce(request.Child!));
        routes.Map(
            "md",
            "set",
            "encrypted_pairing_request",
            IqStage.Registering,
            request => request.Registration.Passkey.TakePairingRequest(request.Child!));
    }
}
