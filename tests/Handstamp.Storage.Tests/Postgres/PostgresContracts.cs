using Handstamp.Storage.Tests.Accounts;
using Handstamp.Storage.Tests.Audit;
using Handstamp.Storage.Tests.Clients;
using Handstamp.Storage.Tests.ExternalLogins;
using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Outbox;
using Handstamp.Storage.Tests.Secrets;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Dpop;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class PostgresAccountStoreTests : AccountStoreContract<PostgresEngine>;

public sealed class PostgresManyAccountsTests : ManyAccountsContract<PostgresEngine>;

public sealed class PostgresThrottleStoreTests : ThrottleStoreContract<PostgresEngine>;

public sealed class PostgresKeyStoreTests : KeyStoreContract<PostgresEngine>;

public sealed class PostgresSealingKeyTests : SealingKeyContract<PostgresEngine>;

public sealed class PostgresRevokedMacKeyTests : RevokedMacKeyContract<PostgresEngine>;

public sealed class PostgresCreateTests : CreateContract<PostgresEngine>;

public sealed class PostgresMovedSessionTests : MovedSessionContract<PostgresEngine>;

public sealed class PostgresLimitTests : LimitContract<PostgresEngine>;

public sealed class PostgresChangePasswordTests : ChangePasswordContract<PostgresEngine>;

public sealed class PostgresReauthenticateTests : ReauthenticateContract<PostgresEngine>;

public sealed class PostgresRotateTests : RotateContract<PostgresEngine>;

public sealed class PostgresRotationAgreementTests : RotationAgreementContract<PostgresEngine>;

public sealed class PostgresAdvanceTests : AdvanceContract<PostgresEngine>;

public sealed class PostgresEndTests : EndContract<PostgresEngine>;

public sealed class PostgresSessionNoticesTests : SessionNoticesContract<PostgresEngine>;

public sealed class PostgresDevicesTests : DevicesContract<PostgresEngine>;

public sealed class PostgresSweepTests : SweepContract<PostgresEngine>;

public sealed class PostgresSessionModelTests : SessionModelContract<PostgresEngine>;

public sealed class PostgresRevocationLogTests : RevocationLogContract<PostgresEngine>;

public sealed class PostgresFeedEpochTests : FeedEpochContract<PostgresEngine>;

public sealed class PostgresProofStoreTests : ProofStoreContract<PostgresEngine>;

public sealed class PostgresResourceServerStoreTests : ResourceServerStoreContract<PostgresEngine>;

public sealed class PostgresSecretStoreTests : SecretStoreContract<PostgresEngine>;

public sealed class PostgresOutboxStoreTests : OutboxStoreContract<PostgresEngine>;

public sealed class PostgresPasskeyStoreTests : PasskeyStoreContract<PostgresEngine>;

public sealed class PostgresPasswordResetTests : PasswordResetContract<PostgresEngine>;

public sealed class PostgresInvitationStoreTests : InvitationStoreContract<PostgresEngine>;

public sealed class PostgresEmailProofTests : EmailProofContract<PostgresEngine>;

public sealed class PostgresEmailChangeTests : EmailChangeContract<PostgresEngine>;

public sealed class PostgresDeletionTests : DeletionContract<PostgresEngine>;

public sealed class PostgresProfileStoreTests : ProfileStoreContract<PostgresEngine>;

public sealed class PostgresUsernameTests : UsernameContract<PostgresEngine>;

public sealed class PostgresEventStoreTests : EventStoreContract<PostgresEngine>;

public sealed class PostgresTrailTests : TrailContract<PostgresEngine>;

public sealed class PostgresSecondFactorStoreTests : SecondFactorStoreContract<PostgresEngine>;

public sealed class PostgresExternalLoginTests : ExternalLoginContract<PostgresEngine>;

public sealed class PostgresIdSearchTests : IdSearchContract<PostgresEngine>;
