using Handstamp.Storage.Tests.Accounts;
using Handstamp.Storage.Tests.Audit;
using Handstamp.Storage.Tests.Clients;
using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Outbox;
using Handstamp.Storage.Tests.Secrets;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Dpop;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class ConflictingAccountStoreTests : AccountStoreContract<ConflictingEngine>;

public sealed class ConflictingThrottleStoreTests : ThrottleStoreContract<ConflictingEngine>;

public sealed class ConflictingKeyStoreTests : KeyStoreContract<ConflictingEngine>;

public sealed class ConflictingSealingKeyTests : SealingKeyContract<ConflictingEngine>;

public sealed class ConflictingCreateTests : CreateContract<ConflictingEngine>;

public sealed class ConflictingLimitTests : LimitContract<ConflictingEngine>;

public sealed class ConflictingChangePasswordTests : ChangePasswordContract<ConflictingEngine>;

public sealed class ConflictingReauthenticateTests : ReauthenticateContract<ConflictingEngine>;

public sealed class ConflictingRotateTests : RotateContract<ConflictingEngine>;

public sealed class ConflictingRotationAgreementTests : RotationAgreementContract<ConflictingEngine>;

public sealed class ConflictingAdvanceTests : AdvanceContract<ConflictingEngine>;

public sealed class ConflictingEndTests : EndContract<ConflictingEngine>;

public sealed class ConflictingSessionNoticesTests : SessionNoticesContract<ConflictingEngine>;

public sealed class ConflictingDevicesTests : DevicesContract<ConflictingEngine>;

public sealed class ConflictingSweepTests : SweepContract<ConflictingEngine>;

public sealed class ConflictingSessionModelTests : SessionModelContract<ConflictingEngine>;

public sealed class ConflictingRevocationLogTests : RevocationLogContract<ConflictingEngine>;

public sealed class ConflictingProofStoreTests : ProofStoreContract<ConflictingEngine>;

public sealed class ConflictingResourceServerStoreTests : ResourceServerStoreContract<ConflictingEngine>;

public sealed class ConflictingSecretStoreTests : SecretStoreContract<ConflictingEngine>;

public sealed class ConflictingOutboxStoreTests : OutboxStoreContract<ConflictingEngine>;

public sealed class ConflictingPasswordResetTests : PasswordResetContract<ConflictingEngine>;

public sealed class ConflictingInvitationStoreTests : InvitationStoreContract<ConflictingEngine>;

public sealed class ConflictingEmailProofTests : EmailProofContract<ConflictingEngine>;

public sealed class ConflictingEmailChangeTests : EmailChangeContract<ConflictingEngine>;

public sealed class ConflictingDeletionTests : DeletionContract<ConflictingEngine>;

public sealed class ConflictingProfileStoreTests : ProfileStoreContract<ConflictingEngine>;

public sealed class ConflictingUsernameTests : UsernameContract<ConflictingEngine>;

public sealed class ConflictingEventStoreTests : EventStoreContract<ConflictingEngine>;

public sealed class ConflictingTrailTests : TrailContract<ConflictingEngine>;

public sealed class ConflictingSecondFactorStoreTests : SecondFactorStoreContract<ConflictingEngine>;
