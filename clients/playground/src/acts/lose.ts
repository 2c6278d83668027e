import type { Act, Scene } from '../scene.js';
import { windowLeft } from '../row.js';

/** What the browser tells a page that comes back from its cache; the client looks after its session then. */
const comeBack = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));

/** A stamp stays as long as it is younger than the retry window; after it a refresh brings another. */
export async function untilStampIsDue({ watch, wait }: Scene): Promise<void> {
  for (let left = windowLeft(watch.row!); left > 0; left = windowLeft(watch.row!))
    await wait('The stamp is too new to be replaced. It is due in', left);
}

export const lose: Act = {
  id: 'lose',
  title: 'Lose the answer and retry',
  about: 'The service replaces the stamp, but the connection breaks before the answer arrives.',
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
    say(
      `The page sent no. ${old}, the service issued no. ${issued}, and the connection broke. The page still has no. ${old}.`,
    );

    const again = await watch.nextRefresh();
    say(`The client tried again with no. ${old}: ${again.outcome}. It received no. ${watch.row!.last}.`);
    return watch.row!.last === issued
      ? `The same no. ${issued}, byte for byte: the service calculates it again. Strict rotation would have suspected a thief and logged you out.`
      : `It is no. ${watch.row!.last}, because another request came in between. You are still logged in.`;
  },
};
