import { expect } from '@playwright/test';
import { comeIn, hasStamp, play, stampOf, stream, test } from './playground.mjs';

test('call the API: the ticket goes along, the stamp stays', async ({ inside }) => {
  const asked = inside.waitForRequest('**/me');
  expect(await play(inside, 'call')).toContain('You are visitor-');
  const headers = await (await asked).allHeaders();
  expect([headers.authorization?.slice(0, 7), hasStamp(headers)]).toEqual(['Bearer ', false]);
  expect((await stream(inside))[0]).toBe('GET /me 200');
});

test('a ticket that nobody would watch for so long is not waited for', async ({ inside }) => {
  // The page believes its own clock; for the service nothing has changed.
  await inside.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() - 3_600_000;
  });
  expect(await play(inside, 'expire')).toContain('--Sessions:AccessTokenLifetime=00:00:30');
});

test('lose the answer: the client tries again and gets the same stamp', async ({ inside, context }) => {
  const lost = inside.waitForEvent('requestfailed', (request) => request.url().endsWith('/refresh/lost'));
  const again = inside.waitForRequest((request) => request.url().endsWith('/refresh'));
  const outcome = play(inside, 'lose');
  await lost;
  const shown = (await (await again).allHeaders()).cookie;
  expect(Buffer.from(shown.split('hsr_')[1], 'base64url').readInt32BE(18)).toBe(1);
  expect(await outcome).toContain('The same no. 2, byte for byte');
  expect(await stampOf(context)).toBe(2);
  expect((await stream(inside)).slice(0, 2)).toEqual(['POST /refresh 200', 'POST /refresh lost']);
});

test('two tabs at once: both get the same stamp, and it is the only one', async ({ inside, context }) => {
  const opened = context.waitForEvent('page');
  const outcome = await play(inside, 'crowd');
  const second = await opened;
  const number = await stampOf(context);
  expect(outcome).toContain(`Both have no. ${number}, and no other was issued`);
  for (const tab of [inside, second]) {
    expect((await stream(tab))[0]).toBe('POST /refresh 200');
    await expect(tab.locator('#generation')).toHaveText(`No. ${number}`);
  }
});

test('steal the stamp: the session ends for both, and their tickets with it', async ({ inside, context }) => {
  const answers = [];
  inside.on('response', (answer) => answer.status() === 401 && answers.push(answer.json()));
  const before = await stampOf(context);
  expect(await play(inside, 'steal')).toContain('can’t both go on');
  const codes = (await Promise.all(answers)).map(({ code }) => code);
  expect(codes).toEqual(['refresh_token_reused', 'session_revoked', 'session_revoked']);
  expect(await inside.locator('[data-act=steal] .steps').innerText()).toContain(
    'sends no. 3: 401 refresh_token_reused',
  );
  expect(await stampOf(context)).toBeGreaterThanOrEqual(before);
  expect(await play(inside, 'call')).toContain('You are visitor-');
});

test('end this device: out at once, in the other tab as well', async ({ inside, context, service }) => {
  const second = await context.newPage();
  await second.goto(service.url);
  await expect(second.locator('#generation')).not.toBeEmpty();
  expect(await play(inside, 'leave')).toContain('logged out at once');
  expect((await stream(inside)).slice(0, 3)).toEqual([
    'POST /refresh 401 refresh_token_missing',
    'GET /me 401 session_revoked',
    'DELETE /refresh 204',
  ]);
  expect(await stampOf(context)).toBeNull();
  for (const tab of [inside, second]) await expect(tab.locator('#door')).toBeVisible();
});

test('log out everywhere: the phone, too, and the other tab', async ({ inside, context, service }) => {
  const second = await context.newPage();
  await second.goto(service.url);
  await expect(second.locator('#generation')).not.toBeEmpty();
  expect(await play(inside, 'everywhere')).toContain('wherever they are');
  const steps = await inside.locator('[data-act=everywhere] .steps').innerText();
  expect(steps).toContain('Logged in: a phone, the playground.');
  expect(steps).toContain('the phone sends its stamp: 401 session_revoked.');
  expect((await stream(inside)).slice(0, 2)).toEqual([
    'POST /refresh 401 session_revoked',
    'GET /me 401 session_revoked',
  ]);
  for (const tab of [inside, second]) await expect(tab.locator('#door')).toBeVisible();
});

test('an act is played alone, and only when somebody is in', async ({ door }) => {
  await door.locator('#call').click({ force: true });
  await expect(door.locator('[data-act=call] .outcome')).toBeEmpty();
  await comeIn(door);
  const theft = play(door, 'steal');
  await expect(door.locator('[data-act=steal] .steps li').first()).toBeVisible();
  await door.locator('#call').click({ force: true });
  await theft;
  await expect(door.locator('[data-act=call] .outcome')).toBeEmpty();
});
