/** What the playground's tabs tell each other. */
export type Message =
  /** A second tab has opened and found the session. */
  | { readonly kind: 'here' }
  /** All tabs are to refresh at this time, in milliseconds since 1970. */
  | { readonly kind: 'refresh'; readonly at: number }
  /** What came of that in another tab. */
  | { readonly kind: 'refreshed'; readonly status: number; readonly last: number | undefined }
  /** The row has changed. */
  | { readonly kind: 'row' };

export class Tabs {
  readonly #channel: BroadcastChannel;

  constructor(base: string, hear: (message: Message) => void) {
    this.#channel = new BroadcastChannel(`playground ${base}`);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => hear(data));
  }

  tell(message: Message): void {
    this.#channel.postMessage(message);
  }

  /** The next message of the kind from another tab; null when none comes in time. */
  next<K extends Message['kind']>(kind: K, patience: number): Promise<Extract<Message, { kind: K }> | null> {
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent<Message>) =>
        data.kind === kind && done(data as Extract<Message, { kind: K }>);
      const timer = setTimeout(() => done(null), patience);
      const done = (message: Extract<Message, { kind: K }> | null) => {
        clearTimeout(timer);
        this.#channel.removeEventListener('message', listen);
        resolve(message);
      };
      this.#channel.addEventListener('message', listen);
    });
  }
}
