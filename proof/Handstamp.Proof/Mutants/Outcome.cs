namespace Handstamp.Proof.Mutants;

/// <summary>
/// The outcome of a mutant. Open: it survived the nearest classes, and other classes that reach it have not run yet.
/// </summary>
enum Outcome { Killed, TimedOut, Survived, NotReached, Open }
