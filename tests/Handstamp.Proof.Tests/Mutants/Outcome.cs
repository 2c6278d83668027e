namespace Handstamp.Proof.Tests.Mutants;

enum Outcome { Killed, TimedOut, Survived, NotReached }
