import type { HandstampErrorCode } from './errors.js';
import { own } from './own.js';
import { type Handover, isHandover } from './tokens.js';

/** How long to wait for the other tabs' turn: longer than their request may take. */
const patience = 15_000;

type Work<T> = () => Promise<T>;

/** What a tab tells the others. */
export type Message =
  | { readonly tokens: Handover; readonly resource: string | undefined }
  /** That session has ended; why, unless somebody logged out. */
  | { readonly tokens?: never; readonly ended: string; readonly code: HandstampErrorCode | undefined };

/** The tabs of one origin, which share a cookie. */
export interface Tabs {
  /** Runs the work while no other runs, in this tab or another. */
  inTurn<T>(work: Work<T>): Promise<T>;
  tell(message: Message): void;
}

/** Without a name, none: nobody shares the refresh token. */
export function openTabs(name: string | undefined, hear: (message: Message) => void): Tabs {
  if (!name) return { inTurn: inOwnTurn(), tell: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => {
    const message = own<any>(data);
    // Of another version, or of somebody else.
    if (typeof message.ended === 'string' || isHandover(message.tokens)) hear(message);
  };
  // Node, where a page is rendered: to hear other tabs is no reason to live on.
  (channel as { unref?(): void }).unref?.();
  return {
    tell: (message) => channel.postMessage(message),
    // Without locks each tab refreshes by itself: the service gives them all the same successor.
    inTurn: globalThis.navigator?.locks ? (work) => inTurnOfAll(name, work) : inOwnTurn(),
  };
}

function inOwnTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: Work<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
}

async function inTurnOfAll<T>(name: string, work: Work<T>): Promise<T> {
  let started = false;
  try {
    return await navigator.locks.request(name, { signal: AbortSignal.timeout(patience) }, async () => {
      started = true;
      // What the tab before has told is among the events that wait.
      await new Promise((resolve) => setTimeout(resolve));
      return work();
    });
  } catch (error) {
    if (started) throw error;
    // Whoever holds the lock for so long hangs, and must not hold up this tab.
    return work();
  }
}
