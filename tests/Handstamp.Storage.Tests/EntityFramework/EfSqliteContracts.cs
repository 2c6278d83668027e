using Handstamp.Storage.Tests.Clients;
using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Dpop;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.EntityFramework;

public sealed class EfSqliteKeyStoreTests : KeyStoreContract<EfSqliteEngine>;

public sealed class EfSqliteRevokedMacKeyTests : RevokedMacKeyContract<EfSqliteEngine>;

public sealed class EfSqliteCreateTests : CreateContract<EfSqliteEngine>;

public sealed class EfSqliteLimitTests : LimitContract<EfSqliteEngine>;

public sealed class EfSqliteReauthenticateTests : ReauthenticateContract<EfSqliteEngine>;

public sealed class EfSqliteRotateTests : RotateContract<EfSqliteEngine>;

public sealed class EfSqliteRotationAgreementTests : RotationAgreementContract<EfSqliteEngine>
{
    protected override int Examples => 300;
}

public sealed class EfSqliteAdvanceTests : AdvanceContract<EfSqliteEngine>;

public sealed class EfSqliteEndTests : EndContract<EfSqliteEngine>;

public sealed class EfSqliteDevicesTests : DevicesContract<EfSqliteEngine>;

public sealed class EfSqliteSweepTests : SweepContract<EfSqliteEngine>;

public sealed class EfSqliteSessionModelTests : SessionModelContract<EfSqliteEngine>;

public sealed class EfSqliteRevocationLogTests : RevocationLogContract<EfSqliteEngine>;

public sealed class EfSqliteFeedEpochTests : FeedEpochContract<EfSqliteEngine>;

public sealed class EfSqliteProofStoreTests : ProofStoreContract<EfSqliteEngine>;

public sealed class EfSqliteResourceServerStoreTests : ResourceServerStoreContract<EfSqliteEngine>;
