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

public sealed class GrantedAccountStoreTests : AccountStoreContract<GrantedEngine>;

public sealed class GrantedThrottleStoreTests : ThrottleStoreContract<GrantedEngine>;

public sealed class GrantedKeyStoreTests : KeyStoreContract<GrantedEngine>;

public sealed class GrantedSealingKeyTests : SealingKeyContract<GrantedEngine>;

public sealed class GrantedCreateTests : CreateContract<GrantedEngine>;

public sealed class GrantedReauthenticateTests : ReauthenticateContract<GrantedEngine>;

public sealed class GrantedRotateTests : RotateContract<GrantedEngine>;

public sealed class GrantedAdvanceTests : AdvanceContract<GrantedEngine>;

public sealed class GrantedEndTests : EndContract<GrantedEngine>;

public sealed class GrantedSessionNoticesTests : SessionNoticesContract<GrantedEngine>;

public sealed class GrantedDevicesTests : DevicesContract<GrantedEngine>;

public sealed class GrantedSweepTests : SweepContract<GrantedEngine>;

public sealed class GrantedRevocationLogTests : RevocationLogContract<GrantedEngine>;

public sealed class GrantedProofStoreTests : ProofStoreContract<GrantedEngine>;

public sealed class GrantedResourceServerStoreTests : ResourceServerStoreContract<GrantedEngine>;

public sealed class GrantedSecretStoreTests : SecretStoreContract<GrantedEngine>;

public sealed class GrantedOutboxStoreTests : OutboxStoreContract<GrantedEngine>;

public sealed class GrantedPasswordResetTests : PasswordResetContract<GrantedEngine>;

public sealed class GrantedInvitationStoreTests : InvitationStoreContract<GrantedEngine>;

public sealed class GrantedEmailProofTests : EmailProofContract<GrantedEngine>;

public sealed class GrantedEmailChangeTests : EmailChangeContract<GrantedEngine>;

public sealed class GrantedDeletionTests : DeletionContract<GrantedEngine>;

public sealed class GrantedProfileStoreTests : ProfileStoreContract<GrantedEngine>;

public sealed class GrantedUsernameTests : UsernameContract<GrantedEngine>;

public sealed class GrantedEventStoreTests : EventStoreContract<GrantedEngine>;

public sealed class GrantedTrailTests : TrailContract<GrantedEngine>;

public sealed class GrantedSecondFactorStoreTests : SecondFactorStoreContract<GrantedEngine>;

public sealed class GrantedExternalLoginTests : ExternalLoginContract<GrantedEngine>;

public sealed class GrantedIdSearchTests : IdSearchContract<GrantedEngine>;
