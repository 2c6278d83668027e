import { expect } from '@playwright/test';
import { play, stampOf, stream, test } from './playground.mjs';

// The window of ./run. A client gives a refresh up after a sixth of it.
test.use({ life: '00:00:05', window: '00:00:10' });

test('let the ticket expire: the service refuses it, and the client gets another', async ({ inside }) => {
  const refused = inside.waitForResponse((answer) => answer.url().endsWith('/me') && answer.status() === 401);
  expect(await play(inside, 'expire')).toContain('Nobody noticed');
  expect((await (await refused).json()).code).toBe('access_token_expired');
  expect((await stream(inside)).slice(0, 3)).toEqual([
    'GET /me 200',
    'POST /refresh 200',
    'GET /me 401 access_token_expired',
  ]);
});

test('the number on the stamp is that of the cookie, from login to the next', async ({ inside, context }) => {
  await expect(inside.locator('#generation')).toHaveText('No. 2');
  expect(await stampOf(context)).toBe(2);
});
