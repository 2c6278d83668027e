/**
 * Begins to measure. Returns a function that says how many milliseconds have passed. The larger of the values of the two
 * clocks that a page has counts: the monotonic clock may stop while the machine sleeps, and the other one can be set.
 * Neither is ever compared with the service's.
 */
export function stopwatch(): () => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}
