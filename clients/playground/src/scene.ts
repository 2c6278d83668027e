import type { Credentials, Handstamp } from '@handstamp/browser';
import type { Network } from './network.js';
import type { Tabs } from './tabs.js';
import type { Watch } from './watch.js';

/** What the acts play with. */
export interface World {
  /** Where the service is. */
  readonly base: string;
  readonly handstamp: Handstamp;
  readonly network: Network;
  readonly watch: Watch;
  readonly tabs: Tabs;
  /** Who is logged in, unless the page has been loaded anew since: it keeps no password. */
  person: Credentials | undefined;
}

/** The world, and where an act tells what it does. */
export interface Scene extends World {
  /** A step, done by somebody. */
  say(text: string, who?: string): void;
  /** Counts down. */
  wait(text: string, milliseconds: number): Promise<void>;
}

/** A button of the page. */
export interface Act {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** Plays it for real, and returns what it has shown. */
  play(scene: Scene): Promise<string>;
}
