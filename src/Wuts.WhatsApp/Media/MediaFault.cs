namespace Wuts.WhatsApp.Media;

/// <summary>Why an encrypted file is not the one it should be.</summary>
public enum MediaFault
{
    /// <summary>Its SHA-256 is another one.</summary>
    EncryptedHash = 0,

    /// <summary>It is shorter than one block and a MAC.</summary>
    TooShort = 1,

    /// <summary>Its MAC is wrong.</summary>
    Mac = 2,

    /// <summary>It does not decrypt to whole data.</summary>
    Padding = 3,

    /// <summary>The SHA-256 of what is inside is another one.</summary>
    PlainHash = 4,
}
