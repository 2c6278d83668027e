using Handstamp.Storage.Tests.Clients;
using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Dpop;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.EntityFramework;

public sealed class EfPostgresKeyStoreTests : KeyStoreContract<EfPostgresEngine>;

public sealed class EfPostgresRevokedMacKeyTests : RevokedMacKeyContract<EfPostgresEngine>;

public sealed class EfPostgresCreateTests : CreateContract<EfPostgresEngine>;

public sealed class EfPostgresLimitTests : LimitContract<EfPostgresEngine>;

public sealed class EfPostgresReauthenticateTests : ReauthenticateContract<EfPostgresEngine>;

public sealed class EfPostgresRotateTests : RotateContract<EfPostgresEngine>;

public sealed class EfPostgresRotationAgreementTests : RotationAgreementContract<EfPostgresEngine>
{
    protected override int Examples => 300;
}

public sealed class EfPostgresAdvanceTests : AdvanceContract<EfPostgresEngine>;

public sealed class EfPostgresEndTests : EndContract<EfPostgresEngine>;

public sealed class EfPostgresDevicesTests : DevicesContract<EfPostgresEngine>;

public sealed class EfPostgresSweepTests : SweepContract<EfPostgresEngine>;

public sealed class EfPostgresSessionModelTests : SessionModelContract<EfPostgresEngine>;

public sealed class EfPostgresRevocationLogTests : RevocationLogContract<EfPostgresEngine>;

public sealed class EfPostgresFeedEpochTests : FeedEpochContract<EfPostgresEngine>;

public sealed class EfPostgresProofStoreTests : ProofStoreContract<EfPostgresEngine>;

public sealed class EfPostgresResourceServerStoreTests : ResourceServerStoreContract<EfPostgresEngine>;
