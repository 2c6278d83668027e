/** A request of the page, and what became of it. */
export interface Exchange {
  readonly id: number;
  /** Whose request: this tab's, or one that an act pretends to be. */
  readonly from: string;
  readonly method: string;
  /** Relative to the service. */
  readonly path: string;
  readonly at: Date;
  readonly sent: Cargo;
  /** The stamp that was shown, if a body carried it. */
  readonly shown: string | undefined;
  readonly got: Cargo;
  /** The status of the answer, or why there is none yet. */
  outcome: number | 'under way' | 'held' | 'lost' | 'failed';
  /** The problem's code, if the service refused. */
  code?: string;
  why: string;
}

/** What of the two tokens travelled. */
export interface Cargo {
  ticket: boolean;
  stamp: 'cookie' | 'body' | undefined;
}

/** The members of the service's answers that matter here. */
export interface Answer {
  readonly code?: string;
  readonly title?: string;
  readonly access_token?: string;
  readonly refresh_token?: string;
}

type Listener = (exchange: Exchange, answer?: Answer) => void;

export const thisTab = 'this tab';

/** Between the page and the service: it notes each request, and it can be as bad as real networks are. */
export class Network {
  readonly #base: string;
  readonly #listener: Listener;
  #requests = 0;
  #losing = false;
  #held: Promise<void> | undefined;
  #release: (() => void) | undefined;

  constructor(base: string, listener: Listener) {
    this.#base = base;
    this.#listener = listener;
  }

  /** From now on this tab's calls wait, as on a bad line. Its refreshes do not: the client would give them up soon. */
  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#held = undefined;
    this.#release?.();
  }

  /** The answer to this tab's next refresh never arrives. */
  loseNextRefresh(): void {
    this.#losing = true;
  }

  /** A `fetch` whose requests are noted as somebody's. */
  as(from: string): typeof fetch {
    return (input, init) => this.#send(from, new Request(input, init));
  }

  async #send(from: string, request: Request): Promise<Response> {
    const exchange = await this.#note(from, request);
    try {
      if (from === thisTab && exchange.path !== 'refresh') await this.#waitUntilReleased(exchange, request.signal);
      const answer = await (this.#loses(exchange) ? this.#lose(request) : fetch(request));
      const content: Answer = await answer
        .clone()
        .json()
        .catch(() => ({}));
      this.#arrive(exchange, answer, content);
      return answer;
    } catch (fault) {
      exchange.outcome = exchange.outcome === 'lost' ? 'lost' : 'failed';
      this.#listener(exchange);
      throw fault;
    }
  }

  async #note(from: string, request: Request): Promise<Exchange> {
    const path = request.url.slice(this.#base.length);
    const shown: string | undefined = JSON.parse((await request.clone().text()) || '{}').refresh_token;
    const exchange: Exchange = {
      id: ++this.#requests,
      from,
      method: request.method,
      path,
      at: new Date(),
      sent: {
        ticket: request.headers.has('authorization'),
        // The browser adds the cookie where its path says so; the page has no part in it.
        stamp: shown ? 'body' : path === 'refresh' && request.credentials === 'include' ? 'cookie' : undefined,
      },
      shown,
      got: { ticket: false, stamp: undefined },
      outcome: 'under way',
      why: '',
    };
    this.#listener(exchange);
    return exchange;
  }

  async #waitUntilReleased(exchange: Exchange, signal: AbortSignal): Promise<void> {
    if (!this.#held) return;
    exchange.outcome = 'held';
    this.#listener(exchange);
    const impatience = new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(new DOMException('Given up.', 'AbortError'))),
    );
    await Promise.race([this.#held, impatience]);
  }

  #loses(exchange: Exchange): boolean {
    if (!this.#losing || exchange.from !== thisTab || exchange.path !== 'refresh') return false;
    this.#losing = false;
    exchange.outcome = 'lost';
    return true;
  }

  async #lose(request: Request): Promise<Response> {
    const { method, headers, credentials, signal } = request;
    // A text: a body that is taken over from another request is a stream, which needs HTTP/2.
    const body = (await request.text()) || null;
    return fetch(`${this.#base}refresh/lost`, { method, headers, credentials, signal, body });
  }

  #arrive(exchange: Exchange, answer: Response, content: Answer): void {
    exchange.outcome = answer.status;
    if (content.code) exchange.code = content.code;
    if (content.title) exchange.why = content.title;
    if (content.code === 'refresh_token_missing') exchange.sent.stamp = undefined;
    exchange.got.ticket = content.access_token !== undefined;
    exchange.got.stamp = content.refresh_token ? 'body' : undefined;
    this.#listener(exchange, content);
  }
}
