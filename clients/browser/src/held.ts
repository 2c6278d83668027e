import type { HandstampErrorCode } from './errors.js';
import { type Message, openTabs, type Tabs } from './tabs.js';
import { longestGap, patienceOf, Tokens } from './tokens.js';
import type { Change } from './types.js';

/** A change: new tokens arrived, or, without tokens, the session has ended. */
type Changed = (tokens?: Tokens, resource?: string) => void;

/** Who is logged in, and the access tokens. The tabs share this. */
export class Held {
  readonly #changed: Changed;
  readonly #listeners = new Set<(change: Change) => void>();
  /** Callers that wait for the end of a quiet gap. They continue immediately when there is a change. */
  readonly #waiting = new Set<() => void>();
  readonly tabs: Tabs;
  /** By audience: the app's resource, and the service itself if its own routes need another token. */
  readonly byResource = new Map<string | undefined, Tokens>();
  /** The last session that ended, here or in another tab: a late answer must not bring it back. */
  over: string | undefined;
  /** How long a refresh may take, if the service's window is known. */
  patience = patienceOf({});
  /** The session: null if nobody is logged in, undefined if it is not known yet. */
  known: string | null | undefined;

  /** Without a name, no other tab shares the refresh token. */
  constructor(name: string | undefined, changed: Changed) {
    this.tabs = openTabs(name, (message) => this.#hear(message));
    this.#changed = changed;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps tokens that have just arrived, and passes them to the other tabs. */
  share(tokens: Tokens, resource: string | undefined): void {
    this.#take(tokens, resource);
    this.tabs.tell({ tokens: tokens.handover, resource });
  }

  end(code?: HandstampErrorCode): void {
    if (this.known) this.tabs.tell({ ended: this.known, code });
    this.#drop(code);
  }

  /** Waits for this many seconds, but no longer than until the gap ends or another tab gets tokens. */
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
    // The tokens of another session have ended with it.
    if (sessionId !== this.known) this.byResource.clear();
    this.byResource.set(resource, tokens);
    this.patience = tokens.told.patience;
    this.#changed(tokens, resource);
    this.#announce(sessionId);
  }

  #drop(code?: HandstampErrorCode): void {
    this.over = this.known ?? this.over;
    this.byResource.clear();
    this.#changed();
    this.#announce(null, code);
  }

  #announce(sessionId: string | null, code?: HandstampErrorCode): void {
    for (const goOn of this.#waiting) goOn();
    this.#waiting.clear();
    if (this.known === sessionId) return;
    this.known = sessionId;
    // Called later, so that an exception of a listener affects nothing else.
    for (const listener of this.#listeners) queueMicrotask(() => listener({ sessionId, code }));
  }
}
