import { byId, make } from './dom.js';

interface Mail {
  readonly subject: string;
  readonly to: string;
  readonly at: string;
  readonly text: string;
}

const often = 3000;

/** Shows the mails that the service has written into its directory, the newest first. */
export class Mails {
  readonly #base: string;
  #shown = '';

  constructor(base: string) {
    this.#base = base;
    void this.#look();
  }

  async #look(): Promise<void> {
    const answer = document.hidden ? undefined : await fetch(`${this.#base}playground/mails`).catch(() => undefined);
    // It sends its mails to a mail server.
    if (answer?.status === 404) return;
    if (answer?.ok) this.#draw(await answer.text());
    setTimeout(() => this.#look(), often);
  }

  #draw(json: string): void {
    // What a person reads stays as it is.
    if (json === this.#shown) return;
    this.#shown = json;
    const { mails } = JSON.parse(json) as { mails: readonly Mail[] };
    byId('mails').hidden = mails.length === 0;
    byId('mail-list').replaceChildren(...mails.map(item));
  }
}

const item = ({ subject, to, at, text }: Mail): HTMLElement =>
  make(
    'li',
    {},
    make(
      'details',
      {},
      make('summary', {}, subject),
      make('p', { class: 'route' }, `to ${to}`, make('time', { datetime: at }, new Date(at).toLocaleTimeString())),
      make('p', { class: 'text' }, ...text.split(/(https?:\/\/[^\s<>"]+)/).map(linked)),
    ),
  );

/** The texts between two links are at even places. */
const linked = (part: string, place: number): Node | string =>
  place % 2 ? make('a', { href: part, target: '_blank', rel: 'noopener' }, part) : part;
