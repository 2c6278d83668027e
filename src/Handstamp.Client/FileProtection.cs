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
}
