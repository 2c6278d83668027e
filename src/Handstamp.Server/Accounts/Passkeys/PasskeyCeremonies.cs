using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>Options for the browser, and what the service has to remember until the answer comes.</summary>
sealed record NewCeremony(string Json, string State);

/// <summary>An answer that was right.</summary>
sealed record Assertion(long SignCount, bool IsBackedUp, bool HasVerifiedUser);

/// <summary>
/// WebAuthn's two ceremonies (§7.1 and §7.2), done by ASP.NET Core's <see cref="PasskeyHandler{TUser}"/>. It gets nothing
/// from the request: the domain and the origins come from the settings, and the state from where the caller keeps it.
/// </summary>
sealed class PasskeyCeremonies
{
    /// <summary>How long the browser waits for its user. No shorter than a ticket lives.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    const string Required = "required";
    const string Preferred = "preferred";

    // The handler asks for one, and reads nothing from it.
    static readonly HttpContext Nowhere = new DefaultHttpContext();

    readonly RelyingParty _party;
    readonly IOptions<IdentityPasskeyOptions> _strict;
    readonly IOptions<IdentityPasskeyOptions> _lenient;
    readonly IOptions<IdentityOptions> _identity = Options.Create(new IdentityOptions());

    public PasskeyCeremonies(RelyingParty party)
    {
        _party = party;
        _strict = OptionsWith(Required);
        _lenient = OptionsWith(Preferred);
    }

    /// <summary>
    /// For a new passkey of the account. With <paramref name="conditional"/> the browser makes it without asking, so it
    /// cannot verify its user.
    /// </summary>
    public async Task<NewCeremony> BeginCreationAsync(Account account, IReadOnlyList<Passkey> passkeys, bool conditional)
    {
        var person = new PasskeyUserEntity { Id = account.Id.ToString(), Name = account.Label, DisplayName = account.Label };
        var options = await Handler(account, passkeys, verifyUser: !conditional).MakeCreationOptionsAsync(person, Nowhere);
        return new NewCeremony(options.CreationOptionsJson, options.AttestationState!);
    }

    /// <summary>The new passkey, which is not stored yet; null if the answer is wrong.</summary>
    public async Task<Passkey?> CompleteCreationAsync(
        Account account, CreatedCredential credential, string state, bool conditional, string? name, DateTimeOffset now)
    {
        if (conditional)
        {
            if (AuthenticatorData.WithUserPresent(credential.AttestationObject) is not { } present) return null;
            credential = credential with { AttestationObject = present };
        }
        var result = await Handler(account, [], verifyUser: !conditional).PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = Nowhere,
            CredentialJson = credential.ToJson(),
            AttestationState = state,
        });
        if (result is not { Succeeded: true, Passkey: { } made, UserEntity: { } person } || person.Id != account.Id.ToString()) return null;
        if (!CoseKey.IsOffered(made.PublicKey)) return null;
        return new Passkey
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account.Id,
            CredentialId = made.CredentialId,
            PublicKey = made.PublicKey,
            SignCount = made.SignCount,
            IsSynced = made.IsBackupEligible,
            IsBackedUp = made.IsBackedUp,
            IsSecondFactor = !conditional,
            Transports = credential.Transports,
            Aaguid = AuthenticatorData.AaguidOf(credential.AttestationObject),
            Name = name,
            CreatedAt = now,
        };
    }

    /// <summary>For a login: with any passkey of the service, or with one of an account's.</summary>
    public async Task<NewCeremony> BeginAssertionAsync(Account? account, IReadOnlyList<Passkey> passkeys)
    {
        var options = await Handler(account, passkeys, verifyUser: account is null).MakeRequestOptionsAsync(account, Nowhere);
        return new NewCeremony(options.RequestOptionsJson, options.AssertionState!);
    }

    /// <summary>
    /// Verifies the proof against this passkey. Null if it is wrong. The counter is NOT compared with the stored one: only
    /// the statement that records the use can do that.
    /// </summary>
    public async Task<Assertion?> CompleteAssertionAsync(
        Account account, Passkey passkey, AssertedCredential credential, string state, bool verifyUser)
    {
        var result = await Handler(account, [passkey], verifyUser).PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = Nowhere,
            CredentialJson = credential.ToJson(),
            AssertionState = state,
        });
        return result is { Succeeded: true, Passkey: { } used }
            ? new Assertion(used.SignCount, used.IsBackedUp, AuthenticatorData.HasVerifiedUser(credential.AuthenticatorData))
            : null;
    }

#pragma warning disable CA2000 // The manager disposes of its store, which has nothing to dispose of.
    PasskeyHandler<Account> Handler(Account? account, IReadOnlyList<Passkey> passkeys, bool verifyUser) =>
        new(ManagerOver(new CeremonyStore(account, passkeys)), verifyUser ? _strict : _lenient);

    UserManager<Account> ManagerOver(CeremonyStore store) => new(
        store, _identity, passwordHasher: null!, userValidators: [], passwordValidators: [], keyNormalizer: null!, errors: null!,
        services: null!, NullLogger<UserManager<Account>>.Instance);
#pragma warning restore CA2000

    IOptions<IdentityPasskeyOptions> OptionsWith(string userVerification) => Options.Create(new IdentityPasskeyOptions
    {
        ServerDomain = _party.Id,
        AuthenticatorTimeout = Timeout,
        UserVerificationRequirement = userVerification,
        ResidentKeyRequirement = Required,
        AttestationConveyancePreference = "none",
        // What all authenticators have one of. Each further algorithm would be one more to trust.
        IsAllowedAlgorithm = algorithm => algorithm is CoseKey.Es256 or CoseKey.Rs256,
        // A frame of another site must not use the passkeys of this one.
        ValidateOrigin = origin => ValueTask.FromResult(!origin.CrossOrigin && _party.Accepts(origin.Origin)),
    });
}
