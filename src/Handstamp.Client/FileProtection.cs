namespace Handstamp.Client;

/// <summary>How a <see cref="FileTokenStore"/> is encrypted.</summary>
public enum FileProtection
{
    /// <summary>
    /// A random key in a file next to it, with mode 0600. A copy of only the token file, in a backup or a mail, is
    /// then of no use. This does not protect against anyone who can read both files: the user's other programs, and
    /// root.
    /// </summary>
    KeyFile,

    /// <summary>
    /// Windows' data protection (DPAPI), under the user's own key. The user's other programs can read it.
    /// </summary>
    WindowsDataProtection,

    /// <summary>
    /// A random key in the Secret Service of a Linux desktop, by libsecret. Copies of the user's files, and the disk
    /// of a machine that is off, are of no use without the keyring's password. While the keyring is unlocked, the
    /// user's other programs can usually read the key too, and so can root. A process outside the desktop session
    /// can't.
    /// </summary>
    SecretService,

    /// <summary>
    /// A random key in the login keychain of macOS. Copies of the user's files, and the disk of a machine that is off,
    /// are of no use without the keychain's password. While the keychain is unlocked, macOS asks the user before it
    /// gives the key to another program. Any code that runs in this program can read the key. A process without an
    /// unlocked keychain can't read it.
    /// </summary>
    Keychain,
}
