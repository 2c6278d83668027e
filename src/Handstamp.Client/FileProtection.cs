namespace Handstamp.Client;

/// <summary>What a <see cref="FileTokenStore"/> is encrypted with.</summary>
public enum FileProtection
{
    /// <summary>
    /// A random key in a file beside it, with mode 0600. This keeps a copy of the one file from being of use, in a
    /// backup or a mail. It protects against nobody who can read both: the user's other programs, and root.
    /// </summary>
    KeyFile,

    /// <summary>Windows' data protection (DPAPI), under the user's own key. The user's other programs can read it.</summary>
    WindowsDataProtection,

    /// <summary>
    /// A random key in the Secret Service of a Linux desktop, by libsecret. Copies of the user's files, and the disk of
    /// a machine that is off, are of no use without the keyring's password. While it is unlocked, the user's other
    /// programs can usually ask it too, and so can root. A process outside of the desktop's session can't.
    /// </summary>
    SecretService,

    /// <summary>
    /// A random key in the login keychain of macOS. Copies of the user's files, and the disk of a machine that is off,
    /// are of no use without the keychain's password. While it is unlocked, macOS asks the user before it gives the
    /// key to another program; who runs code in this one has it. A process without an unlocked keychain can't read it.
    /// </summary>
    Keychain,
}
