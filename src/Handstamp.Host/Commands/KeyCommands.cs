using System.CommandLine;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp keys …</c>: the key ring.</summary>
static class KeyCommands
{
    const string StandardInput = "-";

    static readonly Argument<KeyPurpose> Purpose = new("PURPOSE")
    {
        Description = "sign: the key of access tokens (the default). mac: the key of refresh tokens.",
        DefaultValueFactory = _ => KeyPurpose.Sign,
        CustomParser = given =>
        {
            switch (given.Tokens[0].Value.ToLowerInvariant())
            {
                case "sign": return KeyPurpose.Sign;
                case "mac": return KeyPurpose.Mac;
            }
            given.AddError($"'{given.Tokens[0].Value}' is neither sign nor mac.");
            return default;
        },
    };

    static readonly Option<bool> Soon = new("--now")
    {
        Description = "Not after the usual announcement, but as soon as every node can know it.",
    };

    static readonly Argument<string> Id = new("ID") { Description = "As `handstamp keys list` shows it." };

    static readonly Option<string?> NewKey = new("--new-key")
    {
        Description = "The file with the new master key; - reads it from standard input. Without it, and with the default "
            + "file, one is made.",
        HelpName = "FILE",
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

    public static Command Create() => new("keys", "The key ring.")
    {
        GlobalOptions.Json,
        new Command("list", "List the keys.").OnDatabase(ListAsync),
        new Command("rotate", "Have the next key take over.") { Purpose, Soon }.OnDatabase(RotateAsync),
        new Command("revoke", "Withdraw a key: all that it has made is dead.") { Id, Confirmation.Yes }
            .OnDatabase(RevokeAsync),
        new Command("rewrap", "Change the master key. Sessions go on.") { NewKey, Confirmation.Yes }.OnDatabase(RewrapAsync),
    };

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var keys = (await service.Get<IKeyStore>().ReadAsync(cancel)).Keys;
        var shown = keys.OrderBy(key => (key.Purpose, key.ActiveFrom)).Select(key => Shown(key, keys, service.Now));
        Answer.WriteRows(parsed, [.. shown], CommandJson.Readable.IReadOnlyListShownKey, Columns);
    }

    static async Task RotateAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var ring = service.Get<KeyRingService>();
        await ring.OpenAsync(cancel);

        var purpose = parsed.GetValue(Purpose);
        var keys = ring.Ring.Stored.Keys;
        if (!KeyRules.MayRotate(keys, purpose, service.Now))
            throw new CommandFailedException(
                $"A ring has {KeyRules.MacIds} ids for MAC keys. The last of them are kept for the successors of keys that have to "
                + $"be revoked, and all others are taken. The next one becomes free at {KeyRules.NextFreeMacId(keys).Show()}.");

        var announcement = service.Get<IOptions<KeyOptions>>().Value.Announcement;
        var start = service.Now + (parsed.GetValue(Soon) ? KeyRules.Spread : announcement);
        if (!await ring.RotateAsync(purpose, start, Origin.Operator, cancel))
            throw new CommandFailedException("The key ring was changed at the same moment. Try again.");

        // The one that takes over last of all.
        var next = ring.Ring.Stored.Keys.Where(key => key.Purpose == purpose && key.RevokedAt is null).MaxBy(key => key.ActiveFrom)!;
        Write(parsed, service, key => key.Id == next.Id);
    }

    static async Task RevokeAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var id = parsed.GetRequiredValue(Id);
        Confirmation.Demand(parsed, $"Revoke {id}? Every token that it made stops working.");

        var ring = service.Get<KeyRingService>();
        await ring.OpenAsync(cancel);
        var keys = ring.Ring.Stored.Keys;
        if (!KeyRules.MayRevoke(keys, id))
            throw new CommandFailedException(
                $"{id} is the only MAC key that is alive, and the ring has no id left for its successor until "
                + $"{KeyRules.NextFreeMacId(keys).Show()}; without one nobody could log in or refresh. If it has leaked, throw the "
                + "ring away, as if the master key was lost: docs/guide/keys.md.");
        if (!await ring.RevokeAsync(id, Origin.Operator, cancel)) throw new CommandFailedException($"There is no live key {id}.");

        Write(parsed, service, key => key.Id == id);
    }

    static async Task RewrapAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        using var given = parsed.GetValue(NewKey) is { } file ? ReadKey(file) : null;
        Confirmation.Demand(parsed, "Change the master key? Backups from before need the old one: keep a copy of it.");

        using var key = await service.Get<MasterKeyChange>().RunAsync(given, Origin.Operator, cancel);
        Answer.WriteDone(parsed, $"The key ring is sealed under the {key} now. Restart each node with it; until then they go on.");
    }

    static MasterKey ReadKey(string file) => file == StandardInput
        ? MasterKeySource.Parse(Console.In.ReadToEnd(), "Standard input")
        : MasterKeySource.Read(file);

    static void Write(ParseResult parsed, OpenService service, Func<StoredKey, bool> isIt)
    {
        var keys = service.Get<KeyRingService>().Ring.Stored.Keys;
        Answer.Write(parsed, Shown(keys.Single(isIt), keys, service.Now), CommandJson.Readable.ShownKey, Show);
    }

    static void Show(ShownKey key) => Answer.Line(key.State == "revoked"
        ? $"{key.Id} is revoked."
        : $"{key.Id} ({key.Algorithm}) takes over at {key.ActiveFrom.Show()}.");

    static ShownKey Shown(StoredKey key, IEnumerable<StoredKey> keys, DateTimeOffset now) =>
        ShownKey.Of(key, KeyRules.StateOf(key, keys, now));
}
