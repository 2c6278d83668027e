using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp export …</c>: files for another installation or another system.</summary>
static class ExportCommands
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly Argument<string> Target = new("FILE")
    {
        Description = "Where to write the users, one JSON object per line. The file must not exist yet.",
        Validators = { GlobalOptions.DemandText },
    };

    static readonly Option<bool> WithPasswordHashes = new("--with-password-hashes")
    {
        Description = "Also write the password hashes. Keep the file as safe as the database.",
    };

    static readonly Option<bool> WithSecondFactors = new("--with-second-factors")
    {
        Description = "Also write authenticator apps with their secrets, recovery codes and passkeys. A reader of the file can make all codes.",
    };

    public static Command Create() => new("export", "Write data for another installation or another system.")
    {
        GlobalOptions.Json,
        new Command("users", "Write all accounts to a file that only you can read. `handstamp import users` reads it.")
        {
            Target, WithPasswordHashes, WithSecondFactors,
        }.OnDatabase(ExportAsync),
    };

    static async Task ExportAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var target = Path.GetFullPath(parsed.GetRequiredValue(Target));
        var unfinished = $"{target}.unfinished";
        var contents = new Contents(parsed.GetValue(WithPasswordHashes), parsed.GetValue(WithSecondFactors));
        if (contents.WithFactors) await service.Get<KeyRingService>().OpenAsync(cancel);
        Written written;
        try
        {
            if (Path.Exists(target)) throw new IOException("The file already exists, and an export never replaces a file.");
            // What an earlier run has left.
            File.Delete(unfinished);
            try
            {
                written = await WriteAsync(unfinished, service, contents, cancel);
                File.Move(unfinished, target, overwrite: false);
            }
            finally
            {
                // It may have password hashes. After the move there is nothing.
                File.Delete(unfinished);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"Cannot write {target}: {fault.Message}", fault);
        }
        Answer.WriteDone(parsed, string.Create(CultureInfo.InvariantCulture, $"Wrote {written.Accounts:N0} accounts to {target}."));
        if (written.Missing > 0)
            throw new CommandFailedException(string.Create(CultureInfo.InvariantCulture,
                $"The file lacks {written.Missing:N0} recovery codes or authenticator apps: they are older than this version, or cannot be decrypted. Their owners have to make new ones."));
    }

    static async Task<Written> WriteAsync(string path, OpenService service, Contents contents, CancellationToken cancel)
    {
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = OwnerOnly;
        await using var file = new FileStream(path, create);
        var (accounts, seal, export) = (service.Get<AccountOperations>(), service.Get<PasswordSeal>(), service.Get<FactorExport>());
        var (written, isOpen) = (new Written(0, 0), contents.WithFactors);
        await foreach (var account in Paging.ReadAllAsync<Account>(accounts.ListAsync, cancel))
        {
            if (contents.WithHashes && !isOpen && account.PasswordHash is { } hash && PasswordSeal.IsSealed(hash))
            {
                await service.Get<KeyRingService>().OpenAsync(cancel);
                isOpen = true;
            }
            var exported = contents.WithHashes ? Unsealed(account, seal) : account;
            var factors = contents.WithFactors ? await export.ReadAsync(account.Id, cancel) : null;
            file.Write(JsonSerializer.SerializeToUtf8Bytes(PortableUser.Of(exported, contents.WithHashes, factors), PortableJson.Lines.PortableUser));
            written = new Written(written.Accounts + 1, written.Missing + (factors?.Missing ?? 0));
            file.WriteByte((byte)'\n');
        }
        Complete(file);
        return written;
    }

    static Account Unsealed(Account account, PasswordSeal seal) => account.PasswordHash is not { } stored ? account
        : seal.Open(stored, account.Id) is { } hash ? account with { PasswordHash = hash }
        : throw new CommandFailedException(
            $"The sealed password hash of {account.Label} cannot be opened, because its key is lost. Export without --with-password-hashes.");

    /// <summary>What is written besides names.</summary>
    readonly record struct Contents(bool WithHashes, bool WithFactors);

    /// <summary>What was written, and what could not be.</summary>
    readonly record struct Written(long Accounts, long Missing);

    // There is no asynchronous form that goes to the disk.
    static void Complete(FileStream file) => file.Flush(flushToDisk: true);
}
