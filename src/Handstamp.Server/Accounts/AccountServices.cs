using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Accounts.Breached;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Outbox;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Accounts;

/// <summary>The services of the accounts.</summary>
static class AccountServices
{
    /// <summary>The stores, the telemetry and the clock have to be registered; the caller binds the settings.</summary>
    public static void AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton<Argon2id>();
        services.TryAddSingleton<PasswordSeal>();
        services.TryAddSingleton<PasswordSealing>();
        services.TryAddSingleton<ISealedTexts>(provider => provider.GetRequiredService<PasswordSealing>());
        services.AddHostedService<SealSweeper>();
        services.TryAddSingleton<IPasswordHasher<Account>, PasswordHasher>();
        services.TryAddSingleton<HashingQueue>();
        services.TryAddSingleton<BreachedPasswords>();
        services.TryAddSingleton<PasswordPolicy>();
        services.TryAddSingleton<MailDomains>();
        services.TryAddSingleton<ServiceTerms>();
        services.TryAddSingleton<TermsOperations>();
        services.TryAddSingleton<AcceptTerms>();
        services.TryAddSingleton<KnownDevices>();
        services.TryAddSingleton<FormerCallback>();
        services.TryAddSingleton<PasswordCallback>();
        services.TryAddSingleton<FormerPasswords>();
        services.TryAddSingleton<Credentials>();
        services.TryAddSingleton<AttackWatch>();
        services.TryAddSingleton<AltchaChallenges>();
        services.TryAddSingleton<SiteVerifier>();
        services.TryAddSingleton<RefusedAttempts>();
        services.TryAddSingleton<AccountOperations>();
        services.TryAddSingleton<RegistrationOperations>();
        services.TryAddSingleton<UsernameOperations>();
        services.TryAddSingleton<ChangeUsername>();
        services.TryAddSingleton<InvitationOperations>();
        services.TryAddSingleton<AcceptInvitation>();
        services.TryAddSingleton<ImportOperations>();
        services.TryAddSingleton<FactorExport>();
        services.TryAddSingleton<SecondFactorRule>();
        services.TryAddSingleton<TotpSecrets>();
        services.TryAddSingleton<SecondFactorOperations>();
        services.TryAddSingleton<SecondFactorCodes>();
        services.TryAddSingleton<SecondFactorRoutes>();
        services.AddPasskeys();
        services.TryAddSingleton<DeletionOperations>();
        services.TryAddSingleton<RestoreAccount>();
        services.AddHostedService<DeletionSweeper>();
        services.TryAddSingleton<ProfileOperations>();
        services.TryAddSingleton<UpdateProfile>();
        services.TryAddSingleton<ActivityOperations>();
        services.TryAddSingleton<ShowActivity>();
        services.TryAddSingleton<ExportOperations>();
        services.TryAddSingleton<ExportAccount>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPersonalData, AccountData>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPersonalData, SecondFactorData>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPersonalData, PasskeyData>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPersonalData, ActivityData>());
        services.TryAddSingleton<Register>();
        services.TryAddSingleton<ShowAccount>();
        services.AddHostedService<ThrottleSweeper>();
        services.TryAddSingleton<MailLinks>();
        services.TryAddSingleton<MailContents>();
        services.TryAddSingleton<PendingRegistrations>();
        services.TryAddSingleton<MailRequests>();
        services.TryAddSingleton<MailOperations>();
        services.TryAddSingleton<MailCodes>();
        services.TryAddSingleton<MailNotices>();
        services.AddSingleton<IEventListener>(provider => provider.GetRequiredService<MailNotices>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutboxChannel, MailChannel>());
        services.TryAddSingleton<RecoveryOperations>();
        services.TryAddSingleton<ForgotPassword>();
        services.TryAddSingleton<ResetPassword>();
        services.TryAddSingleton<VerificationOperations>();
        services.TryAddSingleton<VerifyEmail>();
        services.TryAddSingleton<MailLoginOperations>();
        services.TryAddSingleton<EmailChangeOperations>();
        services.TryAddSingleton<ChangeEmail>();
    }
}
