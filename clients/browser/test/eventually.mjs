// Taken before a test stops the clock.
const { setTimeout } = globalThis;
const now = performance.now.bind(performance);

/** Far longer than anything takes on a busy machine, and less than the limit of a test. */
const limit = 100_000;

/** Waits until something has happened, or has clearly failed to happen. Resolves with the result. */
export async function eventually(what, hasHappened) {
  const since = now();
  for (;;) {
    const happened = await hasHappened();
    if (happened) return happened;
    if (now() - since > limit) throw new Error(`This never happened: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
