import { numberOf } from '../claims.js';
import type { Act, Scene } from '../scene.js';
import { readRow, windowLeft } from '../row.js';
import { Device, somebodyNew } from '../service.js';

/** What each turn shows when it is granted. */
const turns = [
  (no: number) => `got no. ${no}. An ordinary refresh.`,
  (no: number) =>
    `got no. ${no}. The stamp is old, but the answer to it may have been lost, so it gets another one. For now both are logged in.`,
  (no: number) => `got no. ${no}. The other party’s stamp is now out of date.`,
];

export const steal: Act = {
  id: 'steal',
  title: 'Steal the stamp',
  about:
    'No script can steal the cookie. So a phone logs in that stores its stamp itself, and a thief copies the stamp.',
  async play(scene) {
    const { network, base, say } = scene;
    const owner = new Device('stolen phone', network.as('the phone'), base);
    const thief = new Device('thief', network.as('the thief'), base);
    await logIn(owner, scene);
    thief.stamp = owner.stamp;
    say(`logs in and gets no. ${numberOf(owner.stamp)}.`, 'the phone');
    say(`has copied no. ${numberOf(owner.stamp)}.`, 'the thief');

    const refused = await takeTurns(scene, owner, thief);
    if (!refused) return 'Both are still logged in. That should not have happened.';
    const [mine, theirs] = [await owner.callApi(), await thief.callApi()];
    say(`The tickets of both are refused too: ${mine.status} ${mine.code}, ${theirs.status} ${theirs.code ?? ''}.`);
    return 'Two parties with the same stamp can’t both go on. The session is over, the thief has nothing, and the owner logs in again. Your own session is a different one and is still alive.';
  },
};

async function logIn(phone: Device, { person }: Scene): Promise<void> {
  const somebody = person ?? somebodyNew();
  if (!person) await phone.register(somebody);
  const { status, title } = await phone.login(somebody);
  if (status !== 200) throw new Error(title);
}

/** Until the service refuses one of them; whether it did. */
async function takeTurns(scene: Scene, owner: Device, thief: Device): Promise<boolean> {
  for (const [turn, party] of [owner, thief, owner, thief].entries()) {
    if (turn < 2) await untilDue(scene, owner.ticket);
    const who = party === owner ? 'the phone' : 'the thief';
    const shown = numberOf(party.stamp);
    const reply = await party.refresh();
    if (reply.status !== 200) {
      scene.say(`sends no. ${shown}: ${reply.status} ${reply.code}. The service ends the session.`, who);
      return true;
    }
    scene.say(`sends no. ${shown} and ${turns[turn]?.(numberOf(party.stamp)) ?? 'is still logged in.'}`, who);
  }
  return false;
}

async function untilDue({ base, wait }: Scene, ticket: string): Promise<void> {
  const row = await readRow(base, ticket);
  if (row) await wait('Within the retry window a repeated request does no harm. The window ends in', windowLeft(row));
}
