using System.CommandLine;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp keys …</c>: the key ring.</summary>
static class KeyCommands
{
    const string StandardInput = "-";

    static readonly Argument<KeyPurpose> Purpose = new("PURPOSE")
    {
        Description = "Which key: sign for access tokens (the default), mac for refresh tokens, seal for password hashes.",
        DefaultValueFactory = _ => KeyPurpose.Sign,
        CompletionSources = { "sign", "mac", "seal" },
        CustomParser = given =>
        {
            switch (given.Tokens[0].Value.ToLowerInvariant())
            {
                case "sign": return KeyPurpose.Sign;
                case "mac": return KeyPurpose.Mac;
                case "seal": return KeyPurpose.Seal;
            }
            given.AddError($"'{given.Tokens[0].Value}' is not a purpose. Use sign, mac or seal.");
            return default;
        },
    };

    static readonly Option<bool> Soon = new("--now")
    {
        Description = "Use the new key as soon as every node knows it, without the usual announcement.",
    };

    static readonly Argument<string> Id = new("ID") { Description = "The id of the key, or its first or last 8 letters. `handstamp keys list` shows it." };

    static readonly Option<string?> NewKey = new("--new-key")
    {
        Description = "The file with the new master key, or - for standard input. With the default master key file, omit it to "
            + "generate one.",
        HelpName = "FILE",
        Validators = { GlobalOptions.DemandText },
    };

    static readonly Columns<ShownKey> Columns = new()
    {
        { "Id", key => key.Id },
        { "Purpose", key => key.Purpose },
        { "Algorithm", key => key.Algorithm },
        { "State", key => key.State },
        { "From", key => key.ActiveFrom.Show() },
        { "Until", key => key.ActiveUntil.Show() },
        { "Verifies until", key => key.ExpiresAt.Show() },
    };

    public static Command Create() => new("keys", "Manage the key ring: the keys that make tokens and seal password hashes.")
    {
        GlobalOptions.Json,
        new Command("list", "List all keys.").OnDatabase(ListAsync),
        new Command("rotate", "Replace the current key with the next one. Existing tokens and passwords stay valid.") { Purpose, Soon }.OnDatabase(RotateAsync),
        new Command("revoke", "Revoke a key. Every token that it made stops working. What a sealing key has sealed is sealed again first.") { Id, Confirmation.Yes }
            .OnDatabase(RevokeAsync),
        new Command("rewrap", "Change the master key. People stay logged in.") { NewKey, Confirmation.Yes }.OnDatabase(RewrapAsync),
    };

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var keys = await service.Get<KeyOperations>().ListAsync(cancel);
        var shown = keys.OrderBy(key => (key.Purpose, key.ActiveFrom)).Select(key => Shown(key, keys, service.Now));
        Answer.WriteRows(parsed, [.. shown], CommandJson.Readable.IReadOnlyListShownKey, Columns);
    }

    static async Task RotateAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var operations = await OpenAsync(service, cancel);
        var outcome = await operations.RotateAsync(parsed.GetValue(Purpose), parsed.GetValue(Soon), Origin.Operator, cancel);
        Write(parsed, service, outcome switch
        {
            KeyOutcome.Done done => done.Key,
            KeyOutcome.NotFound => throw new CommandFailedException("The key ring has no such key: Keys:SealPasswords is off, so nothing is sealed."),
            KeyOutcome.NoFreeId none => throw new CommandFailedException(
                $"The key ring has no free id for another MAC key. Of its {KeyRules.MacIds} ids, the last ones are reserved for the "
                + $"successors of revoked keys, and all others are in use. The next id becomes free at {none.Until.Show()}."),
            _ => throw new CommandFailedException("Another process changed the key ring at the same time. Try again."),
        });
    }

    static async Task RevokeAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var asked = parsed.GetRequiredValue(Id);
        var id = ShortId.Find(asked, [.. (await service.Get<KeyOperations>().ListAsync(cancel)).Select(key => key.Id)]) ?? asked;
        Confirmation.Demand(parsed, id.StartsWith("seal-", StringComparison.Ordinal)
            ? $"Revoke {id}? Everything that it has sealed is sealed under another key first, and it is deleted."
            : $"Revoke {id}? Every token that it made stops working.");

        var operations = await OpenAsync(service, cancel);
        Write(parsed, service, await operations.RevokeAsync(id, Origin.Operator, cancel) switch
        {
            KeyOutcome.Done done => done.Key,
            KeyOutcome.NoFreeId none => throw new CommandFailedException(
                $"Cannot revoke {id}: it is the only live MAC key, and the key ring has no free id for a successor until "
                + $"{none.Until.Show()}. Without a MAC key nobody could log in or refresh. If the key has leaked, "
                + "delete the key ring, as after the loss of the master key: docs/guide/keys.md."),
            KeyOutcome.Needed => throw new CommandFailedException(
                $"Cannot revoke {id}: it makes no tokens. It encrypts the secrets of authenticator apps, which would be lost. If the "
                + "master key has leaked together with the database, remove those secrets: `handstamp user reset-factors`."),
            _ => throw CommandFailedException.NotFound($"No live key {id} exists."),
        });
    }

    static async Task<KeyOperations> OpenAsync(OpenService service, CancellationToken cancel)
    {
        await service.Get<KeyRingService>().OpenAsync(cancel);
        return service.Get<KeyOperations>();
    }

    static async Task RewrapAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        using var given = parsed.GetValue(NewKey) is { } file ? ReadKey(file) : null;
        Confirmation.Demand(parsed, "Change the master key? Existing backups need the old master key: keep a copy of it.");

        using var key = await service.Get<MasterKeyChange>().RunAsync(given, Origin.Operator, cancel);
        Answer.WriteDone(parsed, $"The key ring is now encrypted under the {key}. Restart each node with it. Until then, the nodes keep running.");
    }

    static MasterKey ReadKey(string file)
    {
        if (file != StandardInput) return MasterKeySource.Read(file);
        try
        {
            return MasterKeySource.Parse(SmallFile.Read(Console.In, "Standard input"), "Standard input");
        }
        catch (IOException fault)
        {
            throw new CommandFailedException(fault.Message, fault);
        }
    }

    static void Write(ParseResult parsed, OpenService service, StoredKey key) => Answer.Write(
        parsed, Shown(key, service.Get<KeyOperations>().Keys, service.Now), CommandJson.Readable.ShownKey, Show);

    static void Show(ShownKey key) => Answer.Line(key.State == "revoked"
        ? $"{key.Id} is revoked."
        : $"{key.Id} ({key.Algorithm}) takes over at {key.ActiveFrom.Show()}.");

    static ShownKey Shown(StoredKey key, IEnumerable<StoredKey> keys, DateTimeOffset now) =>
        ShownKey.Of(key, KeyRules.StateOf(key, keys, now));
}
