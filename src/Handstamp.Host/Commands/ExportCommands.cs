using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Keys;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp export …</c>: files for another installation or another system.</summary>
static class ExportCommands
{
    const int Page = 500;
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

    public static Command Create() => new("export", "Write data for another installation or another system.")
    {
        GlobalOptions.Json,
        new Command("users", "Write all accounts to a file that only you can read. `handstamp import users` reads it.")
        {
            Target, WithPasswordHashes,
        }.OnDatabase(ExportAsync),
    };

    static async Task ExportAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var target = Path.GetFullPath(parsed.GetRequiredValue(Target));
        var unfinished = $"{target}.unfinished";
        long written;
        try
        {
            if (File.Exists(target)) throw new IOException("The file already exists, and an export never replaces a file.");
            // What an earlier run has left.
            File.Delete(unfinished);
            written = await WriteAsync(unfinished, service, parsed.GetValue(WithPasswordHashes), cancel);
            File.Move(unfinished, target, overwrite: false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"Cannot write {target}: {fault.Message}", fault);
        }
        Answer.WriteDone(parsed, string.Create(CultureInfo.InvariantCulture, $"Wrote {written:N0} accounts to {target}."));
    }

    static async Task<long> WriteAsync(string path, OpenService service, bool withPasswordHashes, CancellationToken cancel)
    {
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = OwnerOnly;
        await using var file = new FileStream(path, create);
        var (accounts, seal) = (service.Get<AccountOperations>(), service.Get<PasswordSeal>());
        var (written, isOpen) = (0L, false);
        IReadOnlyList<Account> page = [];
        do
        {
            page = await accounts.ListAsync(page.Count == 0 ? null : page[^1], Page, cancel);
            if (withPasswordHashes && !isOpen && page.Any(account => account.PasswordHash is { } hash && PasswordSeal.IsSealed(hash)))
            {
                await service.Get<KeyRingService>().OpenAsync(cancel);
                isOpen = true;
            }
            foreach (var account in page)
            {
                var exported = withPasswordHashes ? Unsealed(account, seal) : account;
                file.Write(JsonSerializer.SerializeToUtf8Bytes(PortableUser.Of(exported, withPasswordHashes), PortableJson.Lines.PortableUser));
                file.WriteByte((byte)'\n');
            }
            written += page.Count;
        }
        while (page.Count == Page);
        Complete(file);
        return written;
    }

    static Account Unsealed(Account account, PasswordSeal seal) => account.PasswordHash is not { } stored ? account
        : seal.Open(stored, account.Id) is { } hash ? account with { PasswordHash = hash }
        : throw new CommandFailedException(
            $"The sealed password hash of {account.Label} cannot be opened, because its key is lost. Export without --with-password-hashes.");

    // There is no asynchronous form that goes to the disk.
    static void Complete(FileStream file) => file.Flush(flushToDisk: true);
}
