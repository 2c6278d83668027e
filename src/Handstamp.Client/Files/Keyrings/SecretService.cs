namespace Handstamp.Client.Files.Keyrings;

/// <summary>The Secret Service of a Linux desktop (GNOME's keyring, KWallet, KeePassXC), by libsecret.</summary>
sealed class SecretService : IKeyring
{
    // It answers immediately, or something is wrong with it.
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    static readonly Lock Gate = new();

    public FileProtection Protection => FileProtection.SecretService;

    public bool IsOpen
    {
        get
        {
            try
            {
                return Ask("", static (_, _) => true);
            }
            catch (KeyringException)
            {
                return false;
            }
        }
    }

    public byte[]? Find(string name) => Ask(name, static (attributes, call) =>
    {
        var found = LibSecret.Lookup(0, attributes, call.Cancellable, ref call.Error);
        call.ThrowIfFailed();
        return LibSecret.TakeText(found) is { } text ? KeyIn(text) : null;
    });

    public void Add(string name, byte[] key) => Ask(name, (attributes, call) =>
    {
        LibSecret.Store(
            0, attributes, LibSecret.DefaultCollection, "Handstamp: the key of a login", Convert.ToBase64String(key),
            call.Cancellable, ref call.Error);
        call.ThrowIfFailed();
        return true;
    });

    public void Remove(string name) => Ask(name, static (attributes, call) =>
    {
        LibSecret.Clear(0, attributes, call.Cancellable, ref call.Error);
        call.ThrowIfFailed();
        return true;
    });

    static byte[]? KeyIn(string text)
    {
        var key = new byte[Aes256.KeyLength];
        return Convert.TryFromBase64String(text, key, out var length) && length == key.Length ? key : null;
    }

    static T Ask<T>(string name, Func<nint, SecretCall, T> question)
    {
        RequireBus();
        // Only one call at a time: each call discards the connection of the previous one.
        lock (Gate)
        {
            using var call = new SecretCall(AnswerTimeout);
            call.RequireUnlocked();
            using var attributes = new SecretAttributes(name);
            return question(attributes.Table, call);
        }
    }

    /// <summary>Without an address, GLib would start a new bus, which is empty.</summary>
    static void RequireBus()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS")))
            throw new KeyringException(FileProtection.SecretService, "this process is not in a desktop session (DBUS_SESSION_BUS_ADDRESS).");
        if (!LibSecret.IsThere) throw new KeyringException(FileProtection.SecretService, "libsecret is not installed.");
    }
}
