using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.EntityFramework;

[Trait("Kind", "Proof")]
public sealed class EfConflictingKeyStoreTests : KeyStoreContract<EfConflictingEngine>;

[Trait("Kind", "Proof")]
public sealed class EfConflictingCreateTests : CreateContract<EfConflictingEngine>;

[Trait("Kind", "Proof")]
public sealed class EfConflictingLimitTests : LimitContract<EfConflictingEngine>;

[Trait("Kind", "Proof")]
public sealed class EfConflictingRotateTests : RotateContract<EfConflictingEngine>;

[Trait("Kind", "Proof")]
public sealed class EfConflictingAdvanceTests : AdvanceContract<EfConflictingEngine>;

[Trait("Kind", "Proof")]
public sealed class EfConflictingEndTests : EndContract<EfConflictingEngine>;

[Trait("Kind", "Proof")]
public sealed class EfConflictingRevocationLogTests : RevocationLogContract<EfConflictingEngine>;
