import type { Act } from '../scene.js';

export const call: Act = {
  id: 'call',
  title: 'Call the API',
  about: 'GET /me, the service’s own. samples/Api is an API that stands by itself.',
  async play({ handstamp, base, say }) {
    const answer = await handstamp.fetch(`${base}me`);
    say(`The ticket went along, the stamp stayed at home. The answer: ${answer.status}.`);
    const { email } = await answer.json();
    return `You are ${email}. The ticket alone says who calls. A public key is enough to check it, so an API needs to ask nobody.`;
  },
};
