import { readClaims } from '../claims.js';
import type { Act } from '../scene.js';

/** Longer than this nobody watches. */
const patience = 120;

/** So long the dead ticket is seen. */
const grace = 1500;

export const expire: Act = {
  id: 'expire',
  title: 'Let the ticket expire',
  about: 'A bad connection delays a call until its ticket has expired.',
  async play({ handstamp, network, base, say, wait }) {
    const left = readClaims(await handstamp.getAccessToken()).exp * 1000 - Date.now();
    if (left > patience * 1000) return tooLong(left);

    network.hold();
    try {
      // It leaves with the ticket of now.
      const underway = handstamp.fetch(`${base}me`);
      await wait('A call has been sent and is delayed. The ticket expires in', left + grace);
      network.release();
      say('The connection works again. The call arrives with an expired ticket, and the service refuses it.');
      const answer = await underway;
      say(`The client saw “expired”, used its stamp to get a new ticket, and sent the call again: ${answer.status}.`);
      return 'Nobody noticed. Tickets expire often. The client uses the stamp to get a new one by itself.';
    } finally {
      network.release();
    }
  },
};

const tooLong = (left: number) =>
  `This ticket is valid for another ${Math.round(left / 60_000)} minutes. To see one expire, start the service with ` +
  './run --Sessions:AccessTokenLifetime=00:00:30';
