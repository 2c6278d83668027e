using System.CommandLine;
using System.Globalization;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp user factors</c> and <c>reset-factors</c>: the second factors of an account.</summary>
static class FactorCommands
{
    public static Command CreateList() =>
        new Command("factors", "List the second factors of an account.") { Accounts.Who }.OnDatabase(ListAsync);

    public static Command CreateReset() =>
        new Command("reset-factors", "Remove all second factors of an account. It can log in without one.") { Accounts.Who, Confirmation.Yes }
            .OnDatabase(ResetAsync);

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        var factors = service.Get<SecondFactorOperations>();
        var shown = new ShownFactors(
            [.. (await factors.ListAsync(account.Id, cancel)).Select(ShownFactor.Of)], await factors.CountCodesAsync(account.Id, cancel));
        Answer.Write(parsed, shown, CommandJson.Readable.ShownFactors, Show);
    }

    static async Task ResetAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        Confirmation.Demand(parsed, $"Remove all second factors of {account.Label}? A person who knows the password can then log in.");
        if (!await service.Get<SecondFactorOperations>().ResetAsync(account.Id, Origin.Operator))
            throw new CommandFailedException($"{account.Label} has no second factor.");
        Answer.WriteDone(parsed, $"Removed all second factors of {account.Label}.");
    }

    static void Show(ShownFactors shown)
    {
        Answer.Show(shown.Factors, new Columns<ShownFactor>
        {
            { "Id", factor => factor.Id },
            { "Kind", factor => factor.Kind },
            { "Name", factor => factor.Name ?? "" },
            { "Added", factor => factor.CreatedAt.Show() },
            { "Last used", factor => factor.LastUsedAt.Show() },
        });
        Answer.Line(string.Create(CultureInfo.InvariantCulture, $"Recovery codes left: {shown.RecoveryCodes}"));
    }
}

/// <summary>A second factor, without its secret.</summary>
sealed record ShownFactor(Guid Id, string Kind, string? Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    public static ShownFactor Of(TotpApp app) => new(app.Id, SecondFactorKinds.Totp, app.Name, app.CreatedAt, app.LastUsedAt);
}

/// <summary>The second factors of an account.</summary>
sealed record ShownFactors(IReadOnlyList<ShownFactor> Factors, int RecoveryCodes);
