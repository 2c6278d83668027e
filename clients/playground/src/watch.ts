import { numberOf } from './claims.js';
import { type Answer, type Exchange, thisTab } from './network.js';
import { readRow, type Row, whatHappened } from './row.js';

/** What a request was for that needs no look at the row. */
const reasons: Readonly<Record<string, string>> = {
  'GET me': 'The ticket was enough.',
  'POST register': 'Creates an account. Nobody is logged in yet.',
  'POST login': 'Starts a session: one row in the database, and never more.',
  'DELETE refresh': 'The session is over, and the cookie is removed.',
  'POST logout/all': 'All sessions of the account are over.',
  'GET sessions': 'Each device is a session of its own.',
};

/** What the page knows of its session: the newest ticket, and the row. */
export class Watch {
  ticket: string | undefined;
  row: Row | undefined;
  readonly #base: string;
  readonly #changed: () => void;
  #unheard = false;
  #waiting: ((exchange: Exchange) => void)[] = [];

  constructor(base: string, changed: () => void) {
    this.#base = base;
    this.#changed = changed;
  }

  /** This tab's next refresh, when it has been answered and explained, or lost. */
  nextRefresh(): Promise<Exchange> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Reads the row anew. */
  async look(ticket = this.ticket): Promise<void> {
    this.ticket = ticket;
    if (ticket) this.row = (await readRow(this.#base, ticket)) ?? this.row;
    this.#changed();
  }

  forget(): void {
    this.ticket = this.row = undefined;
    this.#unheard = false;
  }

  /** Explains an exchange, and learns from it if it is this tab's. */
  async follow(exchange: Exchange, answer: Answer | undefined): Promise<void> {
    if (exchange.outcome === 'under way' || exchange.outcome === 'held') return;
    exchange.why ||= reasons[`${exchange.method} ${exchange.path}`] ?? '';
    if (exchange.from === thisTab) await this.#learn(exchange, answer);
    else if (exchange.shown && answer?.refresh_token)
      exchange.why = `No. ${numberOf(exchange.shown)} was sent, and no. ${numberOf(answer.refresh_token)} came back.`;
  }

  async #learn(exchange: Exchange, answer: Answer | undefined): Promise<void> {
    if (answer?.access_token) await this.#take(exchange, answer.access_token);
    else if (exchange.outcome === 'lost') await this.#miss(exchange);
    if (exchange.method === 'POST' && exchange.path === 'refresh')
      this.#waiting.splice(0).forEach((resolve) => resolve(exchange));
  }

  async #take(exchange: Exchange, ticket: string): Promise<void> {
    const before = exchange.path === 'login' ? undefined : this.row;
    const unheard = this.#unheard;
    this.#unheard = false;
    await this.look(ticket);
    if (!this.row) return;
    exchange.why ||= whatHappened(before, this.row, unheard);
    // A hold leaves the cookie as it is.
    if (unheard || before?.last !== this.row.last) exchange.got.stamp = 'cookie';
  }

  async #miss(exchange: Exchange): Promise<void> {
    this.#unheard = true;
    await this.look();
    exchange.why = `The service has issued no. ${this.row?.last}, but nobody has received it.`;
  }
}
