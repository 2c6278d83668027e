import type { Act, Scene } from '../scene.js';
import { windowLeft } from '../row.js';

/** What the browser tells a page that comes back from its cache; the client looks after its session then. */
const comeBack = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));

/** A stamp stays as long as it is younger than the retry window; after it a refresh brings another. */
export async function untilStampIsDue({ watch, wait }: Scene): Promise<void> {
  for (let left = windowLeft(watch.row!); left > 0; left = windowLeft(watch.row!))
    await wait('A stamp this young would stay as it is. It is due in', left);
}

export const lose: Act = {
  id: 'lose',
  title: 'Lose the answer, and retry',
  about: 'The service replaces the stamp, and the train enters a tunnel before the answer is here.',
  async play(scene) {
    const { watch, network, say } = scene;
    await watch.look();
    await untilStampIsDue(scene);
    const old = watch.row!.last;

    network.loseNextRefresh();
    const lost = watch.nextRefresh();
    comeBack();
    await lost;
    const issued = watch.row!.last;
    say(`No. ${old} was shown, no. ${issued} was issued, and the connection broke. The page still has no. ${old}.`);

    const again = await watch.nextRefresh();
    say(`The client tried again, with no. ${old}: ${again.outcome}. What came is no. ${watch.row!.last}.`);
    return watch.row!.last === issued
      ? `The same no. ${issued}, byte for byte: the service computes it anew. Strict rotation would have seen a thief here, and logged you out.`
      : `No. ${watch.row!.last}: another request came between. You are still logged in.`;
  },
};
