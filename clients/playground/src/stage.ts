import { byId, make, pause } from './dom.js';
import type { Act, Scene, World } from './scene.js';

/** The acts with their buttons, and what they tell while they are played: one at a time. */
export class Stage {
  readonly #world: World;
  readonly #buttons: HTMLButtonElement[] = [];
  #playing = false;
  #open = false;

  constructor(world: World, acts: readonly Act[]) {
    this.#world = world;
    byId('acts').append(...acts.map((act) => this.#place(act)));
  }

  /** Whether somebody is logged in. */
  set open(open: boolean) {
    this.#open = open;
    this.#label();
  }

  #place(act: Act): HTMLLIElement {
    // Not disabled: that would take the focus away from whoever has pressed it.
    const button = make('button', { type: 'button', id: act.id, 'aria-disabled': 'true' }, act.title);
    const steps = make('ol', { class: 'steps' });
    const outcome = make('p', { class: 'outcome', role: 'status' });
    button.addEventListener('click', () => this.#play(act, steps, outcome));
    this.#buttons.push(button);
    return make('li', { 'data-act': act.id }, button, make('p', { class: 'about' }, act.about), steps, outcome);
  }

  async #play(act: Act, steps: HTMLElement, outcome: HTMLElement): Promise<void> {
    if (this.#playing || !this.#open) return;
    this.#playing = true;
    this.#label();
    for (const each of document.querySelectorAll('.acts .steps, .acts .outcome')) each.replaceChildren();
    try {
      outcome.textContent = await act.play(this.#scene(steps));
    } catch (fault) {
      outcome.textContent = `That did not work: ${(fault as Error).message}`;
    }
    this.#playing = false;
    this.#label();
  }

  #scene(steps: HTMLElement): Scene {
    const add = (...content: (Node | string)[]) => {
      const step = make('li', {}, ...content);
      steps.append(step);
      return step;
    };
    return Object.assign(Object.create(this.#world) as World, {
      say: (text: string, who?: string) => void add(...(who ? [make('b', { class: 'who' }, who), ' '] : []), text),
      wait: async (text: string, milliseconds: number) => {
        const clock = make('span', { class: 'clock' });
        const step = add(`${text} `, clock);
        await countDown(clock, Date.now() + milliseconds);
        step.classList.add('past');
      },
    });
  }

  #label(): void {
    for (const button of this.#buttons) button.setAttribute('aria-disabled', String(this.#playing || !this.#open));
  }
}

async function countDown(clock: HTMLElement, until: number): Promise<void> {
  for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
    clock.textContent = `${Math.ceil(left / 1000)} s`;
    await pause(Math.min(left, 200));
  }
  clock.textContent = '0 s';
}
