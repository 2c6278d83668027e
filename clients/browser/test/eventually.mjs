// Taken before a test stops the clock.
const { setTimeout } = globalThis;
const now = performance.now.bind(performance);

/** Far beyond what anything takes on a machine that has other things to do, and less than the limit of a test. */
const limit = 100_000;

/** Waits for what others do: until it has happened, or for so long that it never will. Resolves with what came about. */
export async function eventually(what, hasHappened) {
  const since = now();
  for (;;) {
    const happened = await hasHappened();
    if (happened) return happened;
    if (now() - since > limit) throw new Error(`This never happened: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
