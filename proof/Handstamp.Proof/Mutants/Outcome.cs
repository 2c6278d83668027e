namespace Handstamp.Proof.Mutants;

/// <summary>What became of a mutant. Open: the nearest classes let it live, and others that reach it are still to be asked.</summary>
enum Outcome { Killed, TimedOut, Survived, NotReached, Open }
