namespace Handstamp.Proof.Mutants;

enum Outcome { Killed, TimedOut, Survived, NotReached }
