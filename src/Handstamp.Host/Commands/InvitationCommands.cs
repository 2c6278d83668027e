using System.CommandLine;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Audit;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp invite</c> and <c>handstamp invitation …</c>: who may add an account by an invitation.</summary>
static class InvitationCommands
{
    static readonly Argument<string> Address = new("ADDRESS") { Description = "The e-mail address that the invitation goes to." };

    static readonly Option<string[]> Roles = new("--role")
    {
        Description = "A role that the account begins with. Can be repeated.",
        HelpName = "ROLE",
    };

    static readonly Option<string> Language = new("--language")
    {
        Description = "The language of the mail, such as de (default: en).",
        HelpName = "LANGUAGE",
    };

    static readonly Columns<ShownInvitation> Columns = new()
    {
        { "E-mail", invitation => invitation.Email },
        { "Roles", invitation => string.Join(", ", invitation.Roles) },
        { "Created", invitation => invitation.CreatedAt.Show() },
        { "Expires", invitation => invitation.ExpiresAt.Show() },
        { "Id", invitation => invitation.Id },
    };

    public static Command CreateInvite() => new Command("invite", "Invite the owner of an e-mail address to add an account.")
    {
        GlobalOptions.Json, Address, Roles, Language,
    }.OnDatabase(InviteAsync);

    public static Command Create() => new("invitation", "See and withdraw invitations.")
    {
        GlobalOptions.Json,
        new Command("list", "List the invitations that can be accepted.") { Lists.Search, Lists.Limit }.OnDatabase(ListAsync),
        new Command("withdraw", "Withdraw an invitation. Its link stops working.") { Address }.OnDatabase(WithdrawAsync),
    };

    static async Task InviteAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var (email, roles) = (parsed.GetRequiredValue(Address), parsed.GetValue(Roles) ?? []);
        var by = Origin.Operator with { Languages = parsed.GetValue(Language) };
        switch (await service.Get<InvitationOperations>().InviteAsync(email, roles, by, cancel))
        {
            case InvitationOutcome.Invited { Invitation: var invitation }:
                Answer.Write(parsed, ShownInvitation.Of(invitation), CommandJson.Readable.ShownInvitation, Show);
                break;
            case InvitationOutcome.HasAccount { Account: var account }:
                Answer.WriteDone(parsed, $"{account.Label} has an account, so no invitation was sent. The account was not changed.{Warning(account, email)}");
                break;
            case InvitationOutcome.Refused { Refusal: var refusal }:
                throw new CommandFailedException(refusal.Detail ?? refusal.Problem.Title) { Code = refusal.Problem.Code };
        }
    }

    static Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var invitations = Paging.ReadAllAsync<Invitation>(service.Get<InvitationOperations>().ListAsync, cancel);
        return Lists.WriteAsync(parsed, invitations.Select(ShownInvitation.Of), CommandJson.Readable.IReadOnlyListShownInvitation, Columns);
    }

    static async Task WithdrawAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var email = parsed.GetRequiredValue(Address);
        if (!await service.Get<InvitationOperations>().WithdrawAsync(email, Origin.Operator, cancel))
            throw CommandFailedException.NotFound($"{email} has no invitation.");
        Answer.WriteDone(parsed, $"Withdrew the invitation of {email}.");
    }

    static string Warning(Account account, string email) =>
        account.Identifiers.Any(one => one.Canonical == EmailAddress.Canonical(email) && one.VerifiedAt is not null)
            ? ""
            : " Its address is not verified, so anyone may have registered it. Give the account no roles before the address is verified.";

    static void Show(ShownInvitation invitation)
    {
        Answer.Line($"Invited {invitation.Email}. The running service sends the mail.");
        Answer.Line($"  expires  {invitation.ExpiresAt.Show()}");
        if (invitation.Roles.Count > 0) Answer.Line($"  roles    {string.Join(", ", invitation.Roles)}");
    }
}
