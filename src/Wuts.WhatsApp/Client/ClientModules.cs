using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Client;

/// <summary>The modules of a client, in the order in which they are asked. A new concern is a new file and a line here.</summary>
internal static class ClientModules
{
    /// <summary>Creates the modules of one client.</summary>
    public static ClientModule[] Create(ClientContext context, AccountModules account) =>
    [
        new PreKeyModule(context),
        new IdentityChangeModule(context),
        new ServerNoticeModule(context),
        new OfflineModule(context),
        .. account.All,
    ];
}
