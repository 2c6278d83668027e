import { byId, make } from './dom.js';
import type { Cargo, Exchange } from './network.js';

const most = 60;

/** Draws the requests, the newest first. */
export class Stream {
  readonly #items = new Map<number, HTMLLIElement>();

  draw(exchange: Exchange): void {
    const item = this.#items.get(exchange.id) ?? this.#add(exchange.id);
    const refused = typeof exchange.outcome === 'number' && exchange.outcome >= 400;
    item.className = refused ? 'refused' : String(exchange.outcome).replace(' ', '-');
    item.replaceChildren(
      make('p', { class: 'line' }, make('b', {}, exchange.method), ` /${exchange.path} `, outcome(exchange)),
      make(
        'p',
        { class: 'route' },
        `${exchange.from} → service`,
        ...cargo('went', exchange.sent),
        ...cargo('came', exchange.got),
        make('time', {}, exchange.at.toLocaleTimeString()),
      ),
      ...(exchange.why ? [make('p', { class: 'why' }, exchange.why)] : []),
    );
  }

  #add(id: number): HTMLLIElement {
    byId('quiet').hidden = true;
    const item = make('li');
    this.#items.set(id, item);
    const list = byId('stream');
    list.prepend(item);
    while (list.childElementCount > most) list.lastElementChild!.remove();
    return item;
  }
}

function outcome({ outcome, code }: Exchange): HTMLElement {
  const text = make('span', { class: 'outcome' }, String(outcome));
  // The service has a page on each code.
  if (code) text.append(' ', make('a', { href: `errors/${code}`, target: '_blank' }, code));
  return text;
}

function cargo(way: 'went' | 'came', { ticket, stamp }: Cargo): HTMLElement[] {
  const chip = (kind: string, name: string) =>
    make('span', { class: `chip ${kind}` }, `${way === 'went' ? '↑' : '↓'} ${name}`);
  return [
    ...(ticket ? [chip('ticket-chip', 'ticket')] : []),
    ...(stamp ? [chip('stamp-chip', `stamp (${stamp})`)] : []),
    ...(way === 'went' && !ticket && !stamp ? [chip('none', 'neither')] : []),
  ];
}
