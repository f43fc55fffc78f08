using System.Data.Common;
using Wuts.WhatsApp;

namespace Wuts.Core.Stores;

/// <summary>Tells what stores throw when the database fails from bugs.</summary>
public static class StoreFailure
{
    /// <summary>Whether an exception says that storage failed and that the same call may succeed later.</summary>
    public static bool Is(Exception failure) => failure is WhatsAppStoreException or DbException or IOException or TimeoutException;
}
