import { expect, test as base } from '@playwright/test';
import { startService } from '../../browser/test/service.mjs';

/** The playground of the real service. No test may violate the page's Content-Security-Policy or throw in it. */
export const test = base.extend({
  /** How long a ticket lives: longer than most tests take. */
  life: ['00:01:00', { scope: 'worker', option: true }],
  /** As short as may be waited for; a refresh is given up after a sixth of it, which is long enough on a busy machine. */
  window: ['00:00:06', { scope: 'worker', option: true }],
  basePath: ['/', { scope: 'worker', option: true }],
  audiences: ['', { scope: 'worker', option: true }],
  service: [
    async ({ life, window, basePath, audiences }, use) => {
      const service = await startService({
        'Sessions:AccessTokenLifetime': life,
        'Sessions:RetryWindow': window,
        BasePath: basePath,
        ...(audiences && { Audiences: audiences }),
      });
      await use({ url: new URL(basePath, service.url).href });
      await service.stop();
    },
    { scope: 'worker' },
  ],
  faults: [
    async ({ context }, use) => {
      const faults = [];
      context.on('weberror', (fault) => faults.push(String(fault.error())));
      context.on(
        'console',
        (message) => /content security|trusted/i.test(message.text()) && faults.push(message.text()),
      );
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
  /** The page, with nobody logged in. */
  door: async ({ page, service }, use) => {
    await page.goto(service.url);
    await expect(page.locator('#door')).toBeVisible();
    await use(page);
  },
  /** The page, with somebody new. */
  inside: async ({ door }, use) => {
    await comeIn(door);
    await use(door);
  },
});

export async function comeIn(page) {
  await page.locator('#demo').click();
  await expect(page.locator('#generation')).toHaveText('No. 1');
  await expect(page.locator('#who')).not.toBeEmpty();
}

/** Whether the stamp came along in a cookie. The session's id does, with every request. */
export const hasStamp = ({ cookie }) => /hsr_/.test(cookie ?? '');

/** Presses an act's button; returns what it has shown. */
export async function play(page, act) {
  await page.locator(`#${act}`).click();
  const outcome = page.locator(`[data-act=${act}] .outcome`);
  await expect(outcome).not.toBeEmpty();
  return outcome.textContent();
}

/** What the stream shows, the newest first: "GET /me 200". */
export const stream = (page) =>
  page
    .locator('#stream .line')
    .allInnerTexts()
    .then((lines) => lines.map((line) => line.replace(/\s+/g, ' ')));

/** The number of the stamp that the browser really has, which no page can know; null without one. */
export async function stampOf(context) {
  const cookie = (await context.cookies()).find(({ name }) => name === 'handstamp');
  return cookie ? Buffer.from(cookie.value.slice('hsr_'.length), 'base64url').readInt32BE(18) : null;
}
