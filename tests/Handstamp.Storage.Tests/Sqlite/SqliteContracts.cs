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

namespace Handstamp.Storage.Tests.Sqlite;

public sealed class SqliteAccountStoreTests : AccountStoreContract<SqliteEngine>;

public sealed class SqliteManyAccountsTests : ManyAccountsContract<SqliteEngine>;

public sealed class SqliteThrottleStoreTests : ThrottleStoreContract<SqliteEngine>;

public sealed class SqliteKeyStoreTests : KeyStoreContract<SqliteEngine>;

public sealed class SqliteSealingKeyTests : SealingKeyContract<SqliteEngine>;

public sealed class SqliteRevokedMacKeyTests : RevokedMacKeyContract<SqliteEngine>;

public sealed class SqliteCreateTests : CreateContract<SqliteEngine>;

public sealed class SqliteMovedSessionTests : MovedSessionContract<SqliteEngine>;

public sealed class SqliteLimitTests : LimitContract<SqliteEngine>;

public sealed class SqliteChangePasswordTests : ChangePasswordContract<SqliteEngine>;

public sealed class SqliteReauthenticateTests : ReauthenticateContract<SqliteEngine>;

public sealed class SqliteRotateTests : RotateContract<SqliteEngine>;

public sealed class SqliteRotationAgreementTests : RotationAgreementContract<SqliteEngine>;

public sealed class SqliteAdvanceTests : AdvanceContract<SqliteEngine>;

public sealed class SqliteEndTests : EndContract<SqliteEngine>;

public sealed class SqliteSessionNoticesTests : SessionNoticesContract<SqliteEngine>;

public sealed class SqliteDevicesTests : DevicesContract<SqliteEngine>;

public sealed class SqliteSweepTests : SweepContract<SqliteEngine>;

public sealed class SqliteSessionModelTests : SessionModelContract<SqliteEngine>;

public sealed class SqliteRevocationLogTests : RevocationLogContract<SqliteEngine>;

public sealed class SqliteFeedEpochTests : FeedEpochContract<SqliteEngine>;

public sealed class SqliteProofStoreTests : ProofStoreContract<SqliteEngine>;

public sealed class SqliteResourceServerStoreTests : ResourceServerStoreContract<SqliteEngine>;

public sealed class SqliteSecretStoreTests : SecretStoreContract<SqliteEngine>;

public sealed class SqliteOutboxStoreTests : OutboxStoreContract<SqliteEngine>;

public sealed class SqlitePasskeyStoreTests : PasskeyStoreContract<SqliteEngine>;

public sealed class SqlitePasswordResetTests : PasswordResetContract<SqliteEngine>;

public sealed class SqliteInvitationStoreTests : InvitationStoreContract<SqliteEngine>;

public sealed class SqliteEmailProofTests : EmailProofContract<SqliteEngine>;

public sealed class SqliteEmailChangeTests : EmailChangeContract<SqliteEngine>;

public sealed class SqliteDeletionTests : DeletionContract<SqliteEngine>;

public sealed class SqliteProfileStoreTests : ProfileStoreContract<SqliteEngine>;

public sealed class SqliteUsernameTests : UsernameContract<SqliteEngine>;

public sealed class SqliteEventStoreTests : EventStoreContract<SqliteEngine>;

public sealed class SqliteTrailTests : TrailContract<SqliteEngine>;

public sealed class SqliteSecondFactorStoreTests : SecondFactorStoreContract<SqliteEngine>;

public sealed class SqliteExternalLoginTests : ExternalLoginContract<SqliteEngine>;

public sealed class SqliteIdSearchTests : IdSearchContract<SqliteEngine>;
