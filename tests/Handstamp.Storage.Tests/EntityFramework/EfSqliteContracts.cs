using Handstamp.Storage.Tests.Clients;
using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Dpop;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.EntityFramework;

[Trait("Kind", "Proof")]
public sealed class EfSqliteKeyStoreTests : KeyStoreContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteRevokedMacKeyTests : RevokedMacKeyContract<EfSqliteEngine>;

public sealed class EfSqliteCreateTests : CreateContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteLimitTests : LimitContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteReauthenticateTests : ReauthenticateContract<EfSqliteEngine>;

public sealed class EfSqliteRotateTests : RotateContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteRotationAgreementTests : RotationAgreementContract<EfSqliteEngine>
{
    protected override int Examples => 300;
}

[Trait("Kind", "Proof")]
public sealed class EfSqliteAdvanceTests : AdvanceContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteEndTests : EndContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteDevicesTests : DevicesContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteSweepTests : SweepContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteSessionModelTests : SessionModelContract<EfSqliteEngine>;

public sealed class EfSqliteRevocationLogTests : RevocationLogContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteFeedEpochTests : FeedEpochContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteProofStoreTests : ProofStoreContract<EfSqliteEngine>;

[Trait("Kind", "Proof")]
public sealed class EfSqliteResourceServerStoreTests : ResourceServerStoreContract<EfSqliteEngine>;
