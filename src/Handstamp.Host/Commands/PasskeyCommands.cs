using System.CommandLine;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp user passkeys</c> and <c>handstamp user remove-passkey</c>. Only its owner can add one.</summary>
static class PasskeyCommands
{
    static readonly Argument<string> Id = ShortId.Argument("passkey", "handstamp user passkeys");

    static readonly Columns<ShownPasskey> Columns = new()
    {
        { "Id", passkey => passkey.Id },
        { "Name", passkey => passkey.Name ?? "" },
        { "Kind", passkey => passkey.Synced ? "synced" : "device-bound" },
        { "Second factor", passkey => passkey.SecondFactor ? "yes" : "no" },
        { "Created", passkey => passkey.CreatedAt.Show() },
        { "Last used", passkey => passkey.LastUsedAt.Show() },
    };

    public static Command List() =>
        new Command("passkeys", "List the passkeys of an account.") { Accounts.Who }.OnDatabase(ListAsync);

    public static Command Remove() =>
        new Command("remove-passkey", "Remove a passkey of an account, for an owner who has lost it.") { Accounts.Who, Id }
            .OnDatabase(RemoveAsync);

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        var passkeys = await service.Get<PasskeyOperations>().ListAsync(account.Id, cancel);
        ShownPasskey[] shown = [.. passkeys.Select(ShownPasskey.Of)];
        Answer.WriteRows(parsed, shown, CommandJson.Readable.IReadOnlyListShownPasskey, Columns);
    }

    static async Task RemoveAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        var (asked, passkeys) = (parsed.GetRequiredValue(Id), service.Get<PasskeyOperations>());
        var ids = (await passkeys.ListAsync(account.Id, cancel)).Select(passkey => passkey.Id.ToString());
        if (ShortId.Find(asked, [.. ids]) is not { } id || await passkeys.RemoveAsync(Guid.Parse(id), account.Id, Origin.Operator) is not null)
            throw CommandFailedException.NotFound($"{account.Label} has no passkey {asked}. `handstamp user passkeys` shows the ids.");
        Answer.WriteDone(parsed, $"Removed the passkey {id} of {account.Label}.");
    }
}
