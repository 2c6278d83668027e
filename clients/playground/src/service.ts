import type { Credentials } from '@handstamp/browser';
import type { Answer } from './network.js';
import { resource } from './resource.js';

/** An answer of the service, taken in. */
export interface Reply extends Answer {
  readonly status: number;
}

/** A call to the service by hand, past the client. */
export async function ask(send: typeof fetch, url: string, init: RequestInit = {}): Promise<Reply> {
  const answer = await send(url, init);
  const content: Answer = await answer.json().catch(() => ({}));
  return { ...content, status: answer.status };
}

const posted = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** `GET /me` with this ticket, whatever the client thinks of it. */
export const callApi = (send: typeof fetch, base: string, ticket: string) =>
  ask(send, `${base}me`, { headers: { authorization: `Bearer ${ticket}` } });

/** A refresh with the cookie that takes no turn with the other tabs. */
export const refreshByCookie = (send: typeof fetch, base: string) =>
  ask(send, `${base}refresh`, { ...(resource ? posted({ resource }) : { method: 'POST' }), credentials: 'include' });

/** A device without cookies: its stamp travels in bodies, and it keeps it itself. */
export class Device {
  ticket = '';
  stamp = '';
  readonly name: string;
  readonly #send: typeof fetch;
  readonly #base: string;

  constructor(name: string, send: typeof fetch, base: string) {
    this.name = name;
    this.#send = send;
    this.#base = base;
  }

  register(person: Credentials): Promise<Reply> {
    return ask(this.#send, `${this.#base}register`, posted(person));
  }

  login(person: Credentials): Promise<Reply> {
    return this.#take(ask(this.#send, `${this.#base}login`, posted({ ...person, device_name: this.name, resource })));
  }

  refresh(): Promise<Reply> {
    return this.#take(ask(this.#send, `${this.#base}refresh`, posted({ refresh_token: this.stamp, resource })));
  }

  callApi(): Promise<Reply> {
    return callApi(this.#send, this.#base, this.ticket);
  }

  async #take(asked: Promise<Reply>): Promise<Reply> {
    const reply = await asked;
    this.ticket = reply.access_token ?? this.ticket;
    this.stamp = reply.refresh_token ?? this.stamp;
    return reply;
  }
}

/** Somebody who has never been here: 96 bits that nobody guesses. */
export function somebodyNew(): Credentials {
  const random = (bytes: number) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { email: `visitor-${random(3)}@example.com`, password: random(12) };
}
