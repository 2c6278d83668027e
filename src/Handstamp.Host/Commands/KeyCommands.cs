using System.CommandLine;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp keys …</c>: the key ring.</summary>
static class KeyCommands
{
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

    public static Command Create() => new("keys", "The key ring.") { GlobalOptions.Json, List(), Rotate(), Revoke() };

    static Command List() => new Command("list", "List the keys.").OnDatabase(async (parsed, service, cancel) =>
    {
        var keys = (await service.Get<IKeyStore>().ReadAsync(cancel)).Keys;
        ShownKey[] shown = [.. keys.OrderBy(key => (key.Purpose, key.ActiveFrom)).Select(key => Shown(key, keys, service.Now))];
        Answer.WriteRows(parsed, shown, CommandJson.Readable.IReadOnlyListShownKey, Columns);
    });

    static Command Rotate()
    {
        var purpose = new Argument<KeyPurpose>("PURPOSE")
        {
            Description = "sign: the key of access tokens (the default). mac: the key of refresh tokens.",
            DefaultValueFactory = _ => KeyPurpose.Sign,
        };
        var soon = new Option<bool>("--now") { Description = "Not after the usual announcement, but as soon as every node can know it." };
        return new Command("rotate", "Have the next key take over.") { purpose, soon }.OnDatabase(async (parsed, service, cancel) =>
        {
            var ring = service.Get<KeyRingService>();
            await ring.OpenAsync(cancel);
            var lead = parsed.GetValue(soon) ? KeyRules.Spread : service.Get<IOptions<KeyOptions>>().Value.Announcement;
            var start = service.Now + lead;
            if (!await ring.RotateAsync(parsed.GetValue(purpose), start, cancel))
                throw new CommandFailedException("The key ring was changed at the same moment. Try again.");
            Write(parsed, ring.Ring.Stored.Keys.Single(key => key.Purpose == parsed.GetValue(purpose) && key.ActiveFrom == start), service);
        });
    }

    static Command Revoke()
    {
        var id = new Argument<string>("ID") { Description = "As `handstamp keys list` shows it." };
        var yes = Confirmation.Option();
        return new Command("revoke", "Withdraw a key: all that it has made is dead.") { id, yes }.OnDatabase(async (parsed, service, cancel) =>
        {
            var name = parsed.GetRequiredValue(id);
            Confirmation.Demand(parsed.GetValue(yes), $"Revoke {name}? Every token that it made stops working.");
            var ring = service.Get<KeyRingService>();
            await ring.OpenAsync(cancel);
            if (!await ring.RevokeAsync(name, cancel)) throw new CommandFailedException($"There is no live key {name}.");
            Write(parsed, ring.Ring.Stored.Keys.Single(key => key.Id == name), service);
        });
    }

    static void Write(ParseResult parsed, StoredKey key, OpenService service) => Answer.Write(
        parsed, Shown(key, service.Get<KeyRingService>().Ring.Stored.Keys, service.Now), CommandJson.Readable.ShownKey, Show);

    static void Show(ShownKey key) => Console.Out.WriteLine(key.State switch
    {
        "revoked" => $"{key.Id} is revoked.",
        _ => $"{key.Id} ({key.Algorithm}) takes over at {key.ActiveFrom.Show()}.",
    });

    static ShownKey Shown(StoredKey key, IEnumerable<StoredKey> keys, DateTimeOffset now) =>
        ShownKey.Of(key, KeyRules.StateOf(key, keys, now));
}
