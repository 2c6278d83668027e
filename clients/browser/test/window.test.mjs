// The real service with a window that is short enough to wait for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './eventually.mjs';
import { loggedIn, show } from './fixture.mjs';

const here = loggedIn({ 'Sessions:RetryWindow': '00:00:06' });

/** Sends the token until the answer matches. */
const showUntil = (token, what, isSo) =>
  eventually(what, async () => {
    const answer = await show(here.service, token);
    return isSo(answer.status, await answer.json());
  });

test('a client that refreshes in the quiet gap of the service gets a token when the gap is over', async () => {
  const statuses = () => here.gateway.seen('/refresh').map(({ status }) => status);
  // On a busy machine, the client may come after the gap. The next token has a gap, too.
  await eventually('the client refreshes in the gap', async () => {
    const token = here.stored;
    // The answer with the successor does not reach the client.
    await showUntil(token, 'it has a successor', (status, { refresh_token: next }) => status === 200 && next !== token);
    await showUntil(token, 'the gap has begun', (status) => status === 409);
    here.handstamp = here.open();
    here.gateway.forget();
    assert.equal((await here.me()).status, 200);
    assert.notEqual(here.stored, token);
    return statuses().includes(409);
  });
  assert.deepEqual(statuses(), [409, 200]);
});
