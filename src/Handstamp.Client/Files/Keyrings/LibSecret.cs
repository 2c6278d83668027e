using System.Runtime.InteropServices;

namespace Handstamp.Client.Files.Keyrings;

/// <summary>
/// libsecret, and the parts of GLib that are needed to call it. Nothing is loaded before its first use.
/// </summary>
static partial class LibSecret
{
    /// <summary>The alias of the collection that a desktop unlocks at login.</summary>
    public const string DefaultCollection = "default";

    const string Library = "libsecret-1.so.0";
    const string GLib = "libglib-2.0.so.0";
    const string Gio = "libgio-2.0.so.0";
    const string GObject = "libgobject-2.0.so.0";

    // After a quark and a code of four bytes each.
    const int MessageOffset = 8;

    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    public static nint NewTable()
    {
        var glib = NativeLibrary.Load(GLib);
        nint Of(string function) => NativeLibrary.GetExport(glib, function);
        return NewTable(Of("g_str_hash"), Of("g_str_equal"), Of("g_free"), Of("g_free"));
    }

    /// <summary>Copies the found secret, and wipes the original. Null if there is none.</summary>
    public static string? TakeText(nint secret)
    {
        var text = Marshal.PtrToStringUTF8(secret);
        Free(secret);
        return text;
    }

    public static string? MessageOf(nint error) => Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(error, MessageOffset));

    [LibraryImport(Library, EntryPoint = "secret_password_lookupv_sync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Lookup(nint schema, nint attributes, nint cancellable, ref nint error);

    [LibraryImport(Library, EntryPoint = "secret_password_storev_sync", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Store(
        nint schema, nint attributes, string collection, string label, string secret, nint cancellable, ref nint error);

    [LibraryImport(Library, EntryPoint = "secret_password_clearv_sync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Clear(nint schema, nint attributes, nint cancellable, ref nint error);

    [LibraryImport(Library, EntryPoint = "secret_password_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Free(nint secret);

    [LibraryImport(Library, EntryPoint = "secret_service_disconnect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Disconnect();

    [LibraryImport(Library, EntryPoint = "secret_service_get_sync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint GetService(int flags, nint cancellable, ref nint error);

    [LibraryImport(Library, EntryPoint = "secret_collection_for_alias_sync", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint GetCollection(nint service, string alias, int flags, nint cancellable, ref nint error);

    [LibraryImport(Library, EntryPoint = "secret_collection_get_locked")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int IsLocked(nint collection);

    [LibraryImport(GLib, EntryPoint = "g_hash_table_new_full")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewTable(nint hash, nint equal, nint freeKey, nint freeValue);

    [LibraryImport(GLib, EntryPoint = "g_hash_table_insert")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Insert(nint table, nint key, nint value);

    [LibraryImport(GLib, EntryPoint = "g_hash_table_unref")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void UnrefTable(nint table);

    [LibraryImport(GLib, EntryPoint = "g_strdup", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Copy(string text);

    [LibraryImport(GLib, EntryPoint = "g_main_context_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint NewLoop();

    [LibraryImport(GLib, EntryPoint = "g_main_context_push_thread_default")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Enter(nint loop);

    [LibraryImport(GLib, EntryPoint = "g_main_context_iteration")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Iterate(nint loop, int wait);

    [LibraryImport(GLib, EntryPoint = "g_main_context_pop_thread_default")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Leave(nint loop);

    [LibraryImport(GLib, EntryPoint = "g_main_context_unref")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void UnrefLoop(nint loop);

    [LibraryImport(GLib, EntryPoint = "g_error_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void FreeError(nint error);

    [LibraryImport(Gio, EntryPoint = "g_cancellable_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint NewCancellable();

    [LibraryImport(Gio, EntryPoint = "g_cancellable_cancel")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Cancel(nint cancellable);

    [LibraryImport(GObject, EntryPoint = "g_object_unref")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Unref(nint instance);
}
