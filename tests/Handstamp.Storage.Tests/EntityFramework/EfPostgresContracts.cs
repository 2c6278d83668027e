using Handstamp.Storage.Tests.Clients;
using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Dpop;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.EntityFramework;

[Trait("Kind", "Proof")]
public sealed class EfPostgresKeyStoreTests : KeyStoreContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresRevokedMacKeyTests : RevokedMacKeyContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresCreateTests : CreateContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresLimitTests : LimitContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresReauthenticateTests : ReauthenticateContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresRotateTests : RotateContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresRotationAgreementTests : RotationAgreementContract<EfPostgresEngine>
{
    protected override int Examples => 300;
}

[Trait("Kind", "Proof")]
public sealed class EfPostgresAdvanceTests : AdvanceContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresEndTests : EndContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresDevicesTests : DevicesContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresSweepTests : SweepContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresSessionModelTests : SessionModelContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresRevocationLogTests : RevocationLogContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresFeedEpochTests : FeedEpochContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresProofStoreTests : ProofStoreContract<EfPostgresEngine>;

[Trait("Kind", "Proof")]
public sealed class EfPostgresResourceServerStoreTests : ResourceServerStoreContract<EfPostgresEngine>;
