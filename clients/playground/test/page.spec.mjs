import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { comeIn, hasStamp, play, stampOf, stream, test } from './playground.mjs';

// That of the service: nothing here waits for its end, and no refresh is given up because the machine is busy.
test.use({ window: '00:00:30' });

test('one click makes an account, logs in, and shows the two tokens', async ({ inside, context }) => {
  await expect(inside.locator('#who')).toContainText('@example.com');
  await expect(inside.locator('#claims')).toContainText('sid');
  await expect(inside.locator('#left-of-ticket')).toHaveText(/^\d+ s$/);
  await expect(inside.locator('#cookie')).toHaveText('""');
  await expect(inside.locator('#ticket-title')).toBeFocused();
  await expect(inside.locator('#declared')).toBeHidden();
  expect(await stampOf(context)).toBe(1);
});

test('it survives a reload', async ({ inside }) => {
  const who = await inside.locator('#who').textContent();
  await inside.reload();
  await expect(inside.locator('#who')).toHaveText(who);
  await expect(inside.locator('#door')).toBeHidden();
  expect((await stream(inside)).at(-1)).toBe('POST /refresh 200');
});

test('a person of one’s own can register, and is told what is wrong', async ({ door }) => {
  await door.locator('summary').click();
  await door.getByLabel('E-mail').fill('grace@example.com');
  await door.getByLabel('Password').fill('nobody knows this one');
  await door.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(door.locator('#refused')).toContainText('password');
  await door.getByRole('button', { name: 'Register' }).press('Enter');
  await expect(door.locator('#who')).toHaveText('grace@example.com');
});

test('the stream shows what really travelled', async ({ inside }) => {
  const sent = [];
  inside.on('request', (request) => /\/(me|refresh)$/.test(request.url()) && sent.push(request.allHeaders()));
  await inside.reload();
  await expect(inside.locator('#stream li')).toHaveCount(2);
  const travelled = (await Promise.all(sent)).map((headers) => [!!headers.authorization, hasStamp(headers)]);
  const shown = await inside
    .locator('#stream li')
    .evaluateAll((items) => items.map((item) => [...item.querySelectorAll('.chip')].map((chip) => chip.textContent)));
  expect(shown.map((chips) => [chips.includes('↑ ticket'), chips.includes('↑ stamp (cookie)')]).reverse()).toEqual(
    travelled,
  );
});

for (const colorScheme of ['light', 'dark'])
  for (const width of [1280, 360])
    test(`it is accessible, ${colorScheme}, ${width} pixels wide`, async ({ door }) => {
      await door.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await door.setViewportSize({ width, height: 800 });
      await door.locator('summary').click();
      expect(await faultsOf(door)).toEqual([]);
      await comeIn(door);
      await play(door, 'call');
      expect(await faultsOf(door)).toEqual([]);
      expect(await door.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });

async function faultsOf(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
