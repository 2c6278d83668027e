using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>The body of <c>POST /register</c>. A class and not a record: its text must not show the password.</summary>
sealed class RegisterRequest
{
    public required string Email { get; init; }
    public required string Password { get; init; }
}

/// <summary>The answer of <c>POST /register</c>.</summary>
sealed record RegisteredAccount(Guid Id, string Email, DateTimeOffset CreatedAt);

/// <summary><c>POST /register</c>: adds an account, if registration is open.</summary>
sealed class Register(
    AccountOperations accounts, HashingQueue queue, IThrottleStore throttles, AuditTrail trail, IOptions<AccountOptions> options,
    TimeProvider clock)
{
    /// <summary>Whether everyone may register; check this before <see cref="AddAsync"/>.</summary>
    public bool IsOpen => options.Value.Registration == RegistrationMode.Open;

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!IsOpen) return Problems.RegistrationClosed;
        if (!(await context.ReadJsonAsync(AccountsJson.Default.RegisterRequest)).Has(out var request, out var refusal)) return refusal;
        var outcome = await AddAsync(request.Email, request.Password, Origin.Of(context), context.RequestAborted);
        if (outcome is not AccountOutcome.Done { Account: var account }) return outcome.ToRefusal();

        context.Response.StatusCode = StatusCodes.Status201Created;
        var answer = new RegisteredAccount(account.Id, request.Email, account.CreatedAt);
        await context.Response.WriteAsJsonAsync(answer, AccountsJson.Default.RegisteredAccount);
        return null;
    }

    /// <summary>The registration without its transport.</summary>
    public async Task<AccountOutcome> AddAsync(string email, string password, Origin by, CancellationToken cancel)
    {
        if (accounts.Fault(email, password) is { } fault) return fault;
        var outcome = await TryAddAsync(email, password, by, cancel);
        if (outcome is not AccountOutcome.Done)
        {
            var kind = outcome is AccountOutcome.Throttled or AccountOutcome.Busy ? EventKind.RegistrationThrottled : EventKind.RegistrationRefused;
            trail.Refuse(by.Does(kind, clock.Now()) with { Outcome = outcome.ToRefusal().Problem.Code });
        }
        return outcome;
    }

    async Task<AccountOutcome> TryAddAsync(string email, string password, Origin by, CancellationToken cancel)
    {
        var address = by.Address!;
        // Before anything is written, as at a login.
        using var place = queue.TryEnter(address.Site());
        if (place is null) return new AccountOutcome.Busy(HashingQueue.RetryAfter);
        var now = clock.Now();
        Throttle[] attempt = [new(ThrottleKeys.ForRegistration(address), options.Value.Throttle.Registration)];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return new AccountOutcome.Throttled(wait);

        var outcome = await accounts.AddAsync(email, password, roles: [], place, by, cancel);
        if (!Counts(outcome)) await throttles.GiveBackAsync(attempt, now);
        return outcome;
    }

    // A taken address counts like an added one, so finding out which addresses have accounts has a cost.
    static bool Counts(AccountOutcome outcome) => outcome is AccountOutcome.Done or AccountOutcome.AddressTaken;
}
