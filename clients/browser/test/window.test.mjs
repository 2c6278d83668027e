// The real service with a window that is short enough to wait for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggedIn, show } from './fixture.mjs';

const here = loggedIn({ 'Sessions:RetryWindow': '00:00:06' });

/** Shows the token until the answer is like that. */
async function showUntil(token, isSo) {
  for (;;) {
    const answer = await show(here.service, token);
    if (isSo(answer.status, await answer.json())) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a client that comes in the quiet gap of the service gets a token when it is over', async () => {
  const token = here.stored;
  // The answer with the successor does not reach the client.
  await showUntil(token, (status, { refresh_token: next }) => status === 200 && next !== token);
  await showUntil(token, (status) => status === 409);
  here.handstamp = here.open();
  assert.equal((await here.me()).status, 200);
  assert.deepEqual(
    here.gateway.seen('/refresh').map(({ status }) => status),
    [409, 200],
  );
  assert.notEqual(here.stored, token);
});
