using System.Data.Common;

namespace Wuts.WhatsApp.Transport;

/// <summary>Which exceptions mean that storing failed and may succeed later. See <see cref="Stores.IWhatsAppStore"/>.</summary>
internal static class StorageFailures
{
    /// <summary>Whether an exception is one of them.</summary>
    public static bool Includes(Exception failure) => failure is WhatsAppStoreException or DbException or IOException or TimeoutException;
}
