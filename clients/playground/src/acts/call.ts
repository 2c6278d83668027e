import type { Act } from '../scene.js';

export const call: Act = {
  id: 'call',
  title: 'Call the API',
  about: 'Calls GET /me of the service itself. samples/Api is a separate API.',
  async play({ handstamp, base, say }) {
    const answer = await handstamp.fetch(`${base}me`);
    say(`The call carried the ticket, but not the stamp. The answer: ${answer.status}.`);
    const { email } = await answer.json();
    return `You are ${email}. The ticket alone says who calls. An API checks it with a public key and does not have to ask the service.`;
  },
};
