import { type Credentials, HandstampError } from '@handstamp/browser';
import { byId } from './dom.js';
import type { World } from './scene.js';
import { somebodyNew } from './service.js';

const deviceName = 'the playground';

/** Where people come in. */
export class Door {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    byId('demo').addEventListener('click', () => this.#enter(somebodyNew(), true));
    byId<HTMLFormElement>('own').addEventListener('submit', (event) => {
      event.preventDefault();
      const form = new FormData(event.currentTarget as HTMLFormElement);
      const person = { email: String(form.get('email')), password: String(form.get('password')) };
      this.#enter(person, (event.submitter as HTMLButtonElement).name === 'register');
    });
  }

  /** Shows it, and why whoever was in is not any more. */
  open(code: string | undefined): void {
    byId('left').hidden = code === undefined;
    byId('left').textContent = `The session is over: ${code}.`;
    byId('door').hidden = false;
  }

  async #enter(person: Credentials, isNew: boolean): Promise<void> {
    const { handstamp } = this.#world;
    byId('refused').textContent = '';
    try {
      if (isNew) await handstamp.register(person);
      await handstamp.login({ ...person, deviceName });
      this.#world.person = person;
      // The button that had the focus is gone.
      byId('ticket-title').focus();
    } catch (fault) {
      byId('refused').textContent = (fault as HandstampError).message;
    }
  }
}
