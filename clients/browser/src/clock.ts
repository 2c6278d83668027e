/** A moment on both clocks that a page has. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export const now = (): Moment => ({ monotonic: performance.now(), wall: Date.now() });

/**
 * Milliseconds since then. The larger of the two clocks' values counts: the monotonic clock may stop while the machine
 * sleeps, and the other one can be set. Neither is ever compared with the service's.
 */
export const since = (then: Moment): number => Math.max(performance.now() - then.monotonic, Date.now() - then.wall);
