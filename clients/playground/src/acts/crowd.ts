import type { Act } from '../scene.js';
import { windowLeft } from '../row.js';
import { thisTab } from '../network.js';
import { refreshByCookie } from '../service.js';

const patience = 15_000;

export const crowd: Act = {
  id: 'crowd',
  title: 'Open a second tab and refresh both at once',
  about: 'Both tabs send the same stamp at the same moment. They bypass the client, which would let them take turns.',
  async play({ tabs, watch, network, base, say, wait }) {
    const here = tabs.next('here', patience);
    if (!window.open('#second', '_blank', 'width=520,height=760'))
      return 'The browser did not open a second tab. Allow this page to open one and try again.';
    if (!(await here)) return 'The second tab did not find the session in time.';
    say('The second tab has opened and found the session through the cookie.');

    await watch.look();
    const old = watch.row!.last;
    const at = Date.now() + Math.max(0, windowLeft(watch.row!)) + 500;
    const other = tabs.next('refreshed', patience + at - Date.now());
    tabs.tell({ kind: 'refresh', at });
    await wait(`Both tabs will send no. ${old} when it is due, in`, at - Date.now());
    const mine = await refreshByCookie(network.as(thisTab), base);
    const theirs = await other;
    await watch.look();
    say(`This tab: ${mine.status}. The second tab: ${theirs?.status ?? 'no answer'}.`);

    return mine.status === 200 && theirs?.status === 200 && theirs.last === watch.row!.last
      ? `Both have no. ${watch.row!.last}, and ${watch.row!.last - old === 1 ? 'no other was issued' : 'are logged in'}. Neither tab waited for the other, and neither was logged out.`
      : 'That should not have happened.';
  },
};
