import { readClaims } from '../claims.js';
import type { Act } from '../scene.js';

/** Longer than this nobody watches. */
const patience = 120;

/** So long the dead ticket is seen. */
const grace = 1500;

export const expire: Act = {
  id: 'expire',
  title: 'Let the ticket expire',
  about: 'A call that has just left is held up on a bad line, until its ticket is worth nothing.',
  async play({ handstamp, network, base, say, wait }) {
    const left = readClaims(await handstamp.getAccessToken()).exp * 1000 - Date.now();
    if (left > patience * 1000) return tooLong(left);

    network.hold();
    try {
      // It leaves with the ticket of now.
      const underway = handstamp.fetch(`${base}me`);
      await wait('A call is on its way and stands still. The ticket has', left + grace);
      network.release();
      say('The line is free again. The call arrives with a dead ticket, and the service refuses it.');
      const answer = await underway;
      say(
        `The client saw “expired”, and sent the call again with the ticket that its stamp has got: ${answer.status}.`,
      );
      return 'Nobody noticed. A ticket dies often; the stamp gets another, and the client does it by itself.';
    } finally {
      network.release();
    }
  },
};

const tooLong = (left: number) =>
  `This ticket lives for another ${Math.round(left / 60_000)} minutes. To watch one die, start the service with ` +
  './run --Sessions:AccessTokenLifetime=00:00:30';
