import { HandstampError } from './errors.js';
import { stopwatch } from './clock.js';

/** The growing pauses between attempts that fail temporarily. */
export class Pauses {
  #failures = 0;
  #length = 0;
  #passed = stopwatch();
  #fault: HandstampError | undefined;

  /** The failure of the last attempt, while it is too early for another one. */
  get fault(): HandstampError | undefined {
    return this.left > 0 ? this.#fault : undefined;
  }

  /** Milliseconds until the next attempt. */
  get left(): number {
    return this.#length - this.#passed();
  }

  /**
   * A failure. The pause is a second, then twice as long each time, up to a minute. It is random, so that clients that
   * fail together do not come back together.
   */
  grow(fault: HandstampError): void {
    const own = Math.min(1000 * 2 ** this.#failures++, 60_000) * (0.5 + Math.random() / 2);
    this.#length = Math.max(own, (fault.retryAfter ?? 0) * 1000);
    this.#passed = stopwatch();
    this.#fault = fault;
  }

  end(): void {
    this.#failures = this.#length = 0;
  }
}
