import type { HandstampErrorCode } from './errors.js';
import { own } from './own.js';
import { type Handover, isHandover } from './tokens.js';

type Work<T> = () => Promise<T>;

/** A message from a tab to the others. */
export type Message =
  | { readonly tokens: Handover; readonly resource: string | undefined }
  /** The session that has ended, and why, unless it was a logout. */
  | { readonly tokens?: never; readonly ended: string; readonly code: HandstampErrorCode | undefined };

/** The tabs of one origin, which share a cookie. */
export interface Tabs {
  /** Runs the work while no other work runs, in this tab or another. */
  inTurn<T>(work: Work<T>): Promise<T>;
  tell(message: Message): void;
}

/** None without a name, because no other tab shares the refresh token. */
export function openTabs(name: string | undefined, hear: (message: Message) => void): Tabs {
  if (!name) return { inTurn: inOwnTurn(), tell: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => {
    const message = own<any>(data);
    // The message is of another version, or of another program.
    if (typeof message.ended === 'string' || isHandover(message.tokens)) hear(message);
  };
  // Node, where a page is rendered: listening to other tabs must not keep the process running.
  (channel as { unref?(): void }).unref?.();
  return {
    tell: (message) => channel.postMessage(message),
    // Without locks, each tab refreshes by itself: the service gives all of them the same successor.
    inTurn: globalThis.navigator?.locks ? (work) => inTurnOfAll(name, work) : inOwnTurn(),
  };
}

function inOwnTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: Work<T>): Promise<T> => (last = last.then(work, work)) as Promise<T>;
}

async function inTurnOfAll<T>(name: string, work: Work<T>): Promise<T> {
  let started = false;
  try {
    // Longer than the request of another tab may take.
    return await navigator.locks.request(name, { signal: AbortSignal.timeout(15_000) }, async () => {
      started = true;
      // The message of the previous tab is among the waiting events.
      await new Promise((resolve) => setTimeout(resolve));
      return work();
    });
  } catch (error) {
    if (started) throw error;
    // A tab that holds the lock for this long hangs, and must not delay this tab.
    return work();
  }
}
