using Handstamp.Host.Settings;
using Handstamp.Server.Accounts;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary>
/// The service without its web side, as the commands use it. It works on the database itself. A server may run on the
/// same database, and reads there what a command has changed.
/// </summary>
sealed class OpenService : IAsyncDisposable
{
    readonly IHost _host;
    readonly AsyncServiceScope _scope;

    OpenService(IHost host) => (_host, _scope) = (host, host.Services.CreateAsyncScope());

    public DateTimeOffset Now => Server.Http.Clock.Now(Get<TimeProvider>());

    public T Get<T>() where T : notnull => _scope.ServiceProvider.GetRequiredService<T>();

    /// <summary>Opens the existing database.</summary>
    public static Task<OpenService> OpenAsync(EffectiveSettings settings, CancellationToken cancel)
    {
        DemandDirectory(settings);
        return OpenOrCreateAsync(settings, cancel);
    }

    /// <summary>A mistyped directory must not become an empty database.</summary>
    public static void DemandDirectory(EffectiveSettings settings)
    {
        if (!settings.IsOnPostgres && !Directory.Exists(settings.DataDirectory))
            throw new CommandFailedException(
                $"The directory {Path.GetFullPath(settings.DataDirectory)} does not exist. "
                + "Pass the service's data directory with --data DIR.");
    }

    /// <summary>The files that root makes in another user's directory are closed to that user, and so to the service.</summary>
    public static void DemandOwner(EffectiveSettings settings)
    {
        if (Environment.IsPrivilegedProcess && FileStatus.Of(settings.DataDirectory) is { Owner: not 0 and var owner })
            throw new CommandFailedException(
                $"The directory {Path.GetFullPath(settings.DataDirectory)} belongs to the user {owner}, who cannot open files that root makes there. "
                + $"Run the command as that user: sudo -u '#{owner}' handstamp …");
    }

    /// <summary>Opens the database, or creates it. Only the settings that the command uses are checked.</summary>
    public static async Task<OpenService> OpenOrCreateAsync(EffectiveSettings settings, CancellationToken cancel)
    {
        DemandOwner(settings);
        var host = HandstampApp.Build(settings.WithIssuer());
        try
        {
            await host.Services.GetRequiredService<IStorage>().OpenAsync(cancel);
            return new OpenService(host);
        }
        catch
        {
            await DisposeAsync(host);
            throw;
        }
    }

    /// <summary>Opens the key ring if password hashes are to be sealed: before a command hashes or imports one.</summary>
    public async Task OpenSealAsync(CancellationToken cancel)
    {
        if (Get<PasswordSeal>().IsOn) await Get<KeyRingService>().OpenAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await DisposeAsync(_host);
    }

    // IHost has only the synchronous Dispose, which some services do not have.
    static ValueTask DisposeAsync(IHost host) => ((IAsyncDisposable)host).DisposeAsync();
}
