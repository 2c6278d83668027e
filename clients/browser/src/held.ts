import type { HandstampErrorCode } from './errors.js';
import { type Message, openTabs, type Tabs } from './tabs.js';
import { longestGap, patienceOf, Tokens } from './tokens.js';
import type { Change } from './types.js';

/** What has changed: tokens came, or with none the session has ended. */
type Changed = (tokens?: Tokens, resource?: string) => void;

/** What is known of who is logged in, and the access tokens. The tabs tell each other. */
export class Held {
  readonly #changed: Changed;
  readonly #listeners = new Set<(change: Change) => void>();
  /** Who waits for the end of a quiet gap, and goes on at once when there is news. */
  readonly #waiting = new Set<() => void>();
  readonly tabs: Tabs;
  /** By what they are for: the app's resource, and the service's own routes where those want another. */
  readonly byResource = new Map<string | undefined, Tokens>();
  /** The session that has ended last, here or in another tab: a late answer must not bring it back. */
  over: string | undefined;
  /** How long a refresh may take, as far as the service's window is known. */
  patience = patienceOf({});
  /** The session that is known: null when nobody is logged in, undefined before anybody has asked. */
  known: string | null | undefined;

  /** Without a name, nobody shares the refresh token. */
  constructor(name: string | undefined, changed: Changed) {
    this.tabs = openTabs(name, (message) => this.#hear(message));
    this.#changed = changed;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Holds tokens that have just come, and hands them to the other tabs. */
  share(tokens: Tokens, resource: string | undefined): void {
    this.#take(tokens, resource);
    this.tabs.tell({ tokens: tokens.handover, resource });
  }

  end(code?: HandstampErrorCode): void {
    if (this.known) this.tabs.tell({ ended: this.known, code });
    this.#drop(code);
  }

  /** Waits for so many seconds, but no longer than for the end of a gap, or for the tokens of another tab. */
  untilNews(seconds = 0): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      setTimeout(resolve, Math.min(seconds * 1000, longestGap));
    });
  }

  #hear(message: Message): void {
    if (!message.tokens) {
      this.over = message.ended;
      if (message.ended === this.known) this.#drop(message.code);
    } else if (message.tokens.sessionId !== this.over) {
      this.#take(new Tokens(message.tokens), message.resource);
    }
  }

  #take(tokens: Tokens, resource: string | undefined): void {
    const sessionId = tokens.told.sessionId;
    // Those of another session have ended with it.
    if (sessionId !== this.known) this.byResource.clear();
    this.byResource.set(resource, tokens);
    this.patience = tokens.told.patience;
    this.#changed(tokens, resource);
    this.#announce(sessionId);
  }

  #drop(code?: HandstampErrorCode): void {
    if (this.known) this.over = this.known;
    this.byResource.clear();
    this.#changed();
    this.#announce(null, code);
  }

  #announce(sessionId: string | null, code?: HandstampErrorCode): void {
    for (const goOn of this.#waiting) goOn();
    this.#waiting.clear();
    if (this.known === sessionId) return;
    this.known = sessionId;
    // Later: what a listener throws is its own affair.
    for (const listener of this.#listeners) queueMicrotask(() => listener({ sessionId, code }));
  }
}
