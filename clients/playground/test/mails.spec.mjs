import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { comeIn, test } from './playground.mjs';

test('a mail is shown, and its link leads to the page that it is for', async ({ door, service, context }) => {
  await comeIn(door);
  const email = await door.locator('#who').textContent();
  await fetch(`${service.url}password/forgot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  });

  const mail = door.locator('#mail-list li').filter({ hasText: email }).first();
  await mail.locator('summary').click();
  await expect(mail).toContainText(`to ${email}`);
  const opened = context.waitForEvent('page');
  await mail.getByRole('link').first().click();
  await expect(await opened).toHaveTitle('Choose a new password – Handstamp');
});

test('without mails nothing is shown', async ({ door }) => {
  await door.route('**/playground/mails', (route) => route.fulfill({ json: { mails: [] } }));
  await expect(door.locator('#mails')).toBeHidden();
});

for (const colorScheme of ['light', 'dark'])
  test(`the mails are accessible, ${colorScheme}`, async ({ door }) => {
    await door.emulateMedia({ colorScheme });
    await door.setViewportSize({ width: 360, height: 800 });
    const mails = [
      { subject: 'A subject', to: 'ada@example.com', at: '2026-01-02T03:04:05Z', text: 'See https://a.test/x' },
    ];
    await door.route('**/playground/mails', (route) => route.fulfill({ json: { mails } }));
    // The mails of other tests, which are there already, go when the page asks the next time.
    const summaries = door.locator('#mail-list summary');
    await expect(summaries).toHaveText(['A subject']);
    await summaries.click();
    expect((await new AxeBuilder({ page: door }).analyze()).violations).toEqual([]);
    expect(await door.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    if (process.env.LOOKS) await door.screenshot({ path: `${process.env.LOOKS}/mails-${colorScheme}.png` });
  });
