namespace Wuts.WhatsApp.Mirror;

/// <summary>The own push name, of which several sources tell. Sync sections 3.13 and 10.6.</summary>
internal static class OwnName
{
    /// <summary>Adds a name to the draft, if it is not the known one.</summary>
    public static async ValueTask FillAsync(IAccountStore store, string name, AccountDraft draft, CancellationToken cancellationToken)
    {
        if (await store.FindSettingAsync(AccountSetting.OwnPushName, cancellationToken).ConfigureAwait(false) != name)
        {
            draft.Add(new AccountWrite.Setting(AccountSetting.OwnPushName, name));
            draft.Raise(new AccountEvent.OwnPushNameChanged(name));
        }
    }
}
