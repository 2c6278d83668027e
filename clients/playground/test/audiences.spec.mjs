import { expect } from '@playwright/test';
import { play, stream, test } from './playground.mjs';

test.use({ audiences: 'https://api.test' });

const claim = (page, name) => page.locator(`#claims dt:text-is("${name}") + dd`);

test('where tickets are for APIs the page asks for one that is for the service, and says so', async ({
  inside,
  service,
}) => {
  await expect(claim(inside, 'aud')).toHaveText(new URL(service.url).origin);
  await expect(inside.locator('#declared')).toBeVisible();
  expect(await play(inside, 'call')).toContain('You are visitor-');
  await inside.reload();
  await expect(claim(inside, 'aud')).toHaveText(new URL(service.url).origin);
  expect((await stream(inside)).at(-1)).toBe('POST /refresh 200');
});

for (const [act, outcome] of [
  ['lose', 'The same no. 2, byte for byte'],
  ['crowd', 'no other was issued'],
  ['steal', 'can’t both go on'],
  ['leave', 'logged out at once'],
  ['everywhere', 'wherever they are'],
])
  test(`${act} shows there what it shows without`, async ({ inside }) => {
    expect(await play(inside, act)).toContain(outcome);
    expect((await stream(inside)).filter((line) => line.includes('access_token'))).toEqual([]);
  });
