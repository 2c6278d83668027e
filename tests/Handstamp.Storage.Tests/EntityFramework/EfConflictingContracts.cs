using Handstamp.Storage.Tests.Keys;
using Handstamp.Storage.Tests.Sessions;
using Handstamp.Storage.Tests.Sessions.Feed;

namespace Handstamp.Storage.Tests.EntityFramework;

public sealed class EfConflictingKeyStoreTests : KeyStoreContract<EfConflictingEngine>;

public sealed class EfConflictingCreateTests : CreateContract<EfConflictingEngine>;

public sealed class EfConflictingLimitTests : LimitContract<EfConflictingEngine>;

public sealed class EfConflictingRotateTests : RotateContract<EfConflictingEngine>;

public sealed class EfConflictingAdvanceTests : AdvanceContract<EfConflictingEngine>;

public sealed class EfConflictingEndTests : EndContract<EfConflictingEngine>;

public sealed class EfConflictingRevocationLogTests : RevocationLogContract<EfConflictingEngine>;
