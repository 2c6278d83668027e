using System.Runtime.InteropServices;
using System.Text;

namespace Handstamp.Client.Files.Keyrings;

/// <summary>The login keychain of macOS.</summary>
sealed partial class Keychain : IKeyring
{
    const string Security = "/System/Library/Frameworks/Security.framework/Security";
    const string CoreFoundation = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";

    // errSecItemNotFound, kSecUnlockStateStatus
    const int NotFound = -25300;
    const uint Unlocked = 1;

    static readonly byte[] Service = [.. "handstamp.FileTokenStore"u8];

    public FileProtection Protection => FileProtection.Keychain;

    public bool IsOpen => GetStatus(0, out var status) == 0 && (status & Unlocked) != 0;

    public byte[]? Find(string name) => Find(name, static _ => 0);

    public void Add(string name, byte[] key)
    {
        var account = Encoding.ASCII.GetBytes(name);
        RequireUnlocked();
        Check(Add(0, Service.Length, Service, account.Length, account, key.Length, key, 0));
    }

    public void Remove(string name) => Find(name, Delete);

    /// <summary>The key of this name, whose item is read or changed.</summary>
    byte[]? Find(string name, Func<nint, int> use)
    {
        var account = Encoding.ASCII.GetBytes(name);
        RequireUnlocked();
        var status = Find(0, Service.Length, Service, account.Length, account, out var length, out var secret, out var item);
        if (status == NotFound) return null;
        Check(status);
        var key = new byte[length];
        Marshal.Copy(secret, key, 0, length);
        _ = FreeContent(0, secret);
        status = use(item);
        Release(item);
        Check(status);
        return key;
    }

    /// <summary>Otherwise macOS would show a dialog and wait for it.</summary>
    void RequireUnlocked()
    {
        if (!IsOpen) throw new KeyringException(Protection, "it is locked.");
    }

    void Check(int status)
    {
        if (status != 0) throw new KeyringException(Protection, $"macOS answered {status}.");
    }

    [LibraryImport(Security, EntryPoint = "SecKeychainGetStatus")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetStatus(nint keychain, out uint status);

    [LibraryImport(Security, EntryPoint = "SecKeychainFindGenericPassword")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Find(
        nint keychains, int serviceLength, byte[] service, int accountLength, byte[] account,
        out int secretLength, out nint secret, out nint item);

    [LibraryImport(Security, EntryPoint = "SecKeychainAddGenericPassword")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Add(
        nint keychain, int serviceLength, byte[] service, int accountLength, byte[] account,
        int secretLength, byte[] secret, nint item);

    [LibraryImport(Security, EntryPoint = "SecKeychainItemDelete")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Delete(nint item);

    [LibraryImport(Security, EntryPoint = "SecKeychainItemFreeContent")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FreeContent(nint attributes, nint secret);

    [LibraryImport(CoreFoundation, EntryPoint = "CFRelease")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Release(nint item);
}
