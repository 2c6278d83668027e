// Every page as people see it: in both languages, light and dark, on a narrow screen, and read by a screen reader.
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { codeOf } from '../../clients/browser/test/totp.mjs';
import { post, test } from './site.mjs';

let visits = 0;

/** The button of the form. Those that show a password, or lead to another service, are others. */
const submit = (page) => page.locator('main form button:not([type=button], .remembered, .temporary)');

/** Begins a new authenticator app. */
async function addApp(page) {
  await page.goto('/account/factors');
  await submit(page).first().click();
  await page.locator('.qr').waitFor();
}

/** The secret that the page shows, as an app takes it. */
const secretOn = async (page) => (await page.locator('code').textContent()).replaceAll(' ', '');

/** Every page, with and without a fault; whoever looks is logged in for the second half. */
const entrance = {
  login: (page) => page.goto('/account/login'),
  'login, refused': async (page) => {
    await page.goto('/account/login');
    await page.locator('#email').fill('nobody@example.com');
    await page.locator('#password').fill('a wrong sentence');
    await submit(page).click();
    await page.getByRole('alert').waitFor();
  },
  register: (page) => page.goto('/account/register'),
  'invitation, refused': (page) => page.goto('/account/invitation?token=hss_nothing'),
  forgot: (page) => page.goto('/account/forgot'),
  'forgot, sent': async (page) => {
    await page.goto('/account/forgot');
    // Only a limited number of mails can be requested for one address.
    await page.locator('#email').fill(`nobody-${++visits}@example.com`);
    await submit(page).click();
    await page.locator('form').waitFor({ state: 'detached' });
  },
  'reset, refused': async (page) => {
    await page.goto('/account/reset?token=hss_nothing');
    for (const field of ['password', 'again']) await page.locator(`#${field}`).fill('a new quite unusual sentence');
    await submit(page).click();
    await page.getByRole('alert').waitFor();
  },
  verify: (page) => page.goto('/account/verify'),
  'verify, by link': (page) => page.goto('/account/verify?token=hss_nothing'),
  'verify, refused': async (page) => {
    await page.goto('/account/verify?token=hss_nothing');
    await submit(page).click();
    await page.getByRole('alert').waitFor();
  },
  'verify, another mail': (page) => page.goto('/account/verify/resend'),
  'login by mail': (page) => page.goto('/account/login/mail'),
  'login by mail, code': async (page) => {
    await page.goto('/account/login/mail');
    await page.locator('#email').fill(`nobody-${++visits}@example.com`);
    await submit(page).click();
    await page.locator('#code').waitFor();
  },
  'login by mail, link': (page) => page.goto('/account/login/link?token=hss_nothing'),
  'new address, link': (page) => page.goto('/account/email/confirm?token=hss_nothing'),
  'former address, link': (page) => page.goto('/account/email/undo?token=hss_nothing'),
  'another service, refused': (page) => page.goto('/account/external/corp/callback?code=none&state=none'),
  'register, refused': async (page) => {
    await page.goto('/account/register');
    for (const [field, text] of Object.entries({
      email: 'nobody@example.com',
      password: 'password',
      again: 'password',
    }))
      await page.locator(`#${field}`).fill(text);
    await page.locator('input[name=terms]').check();
    await submit(page).click();
    await page.getByRole('alert').waitFor();
  },
  'kept account, link': (page) => page.goto('/account/restore?token=hss_nothing'),
  'no such page': (page) => page.goto('/account/none'),
  'an error code': (page) => page.goto('/errors/password_too_weak'),
  'logged out': (page) => page.goto('/account/logout?done'),
};
const inside = {
  account: (page) => page.goto('/account?done=password'),
  device: async (page) => {
    await page.goto('/account');
    await page.locator('.devices a').first().click();
    await page.waitForURL('**/account/devices/*');
  },
  password: (page) => page.goto('/account/password'),
  'password, refused': async (page) => {
    await page.goto('/account/password');
    for (const [field, text] of Object.entries({ current: 'x', password: 'one', again: 'two' }))
      await page.locator(`#${field}`).fill(text);
    await submit(page).click();
    await page.getByRole('alert').waitFor();
  },
  'new address': (page) => page.goto('/account/email'),
  'new username': (page) => page.goto('/account/username'),
  profile: (page) => page.goto('/account/profile'),
  activity: (page) => page.goto('/account/activity'),
  'delete account': (page) => page.goto('/account/delete'),
  'another service, on the way': async (page) => {
    await page.route('**/authorize?*', (route) => route.fulfill({ status: 204 }));
    await page.goto('/account');
    await page.locator('form[action$="/external/corp/link"] button').click();
    await page.locator('a[href*="/authorize?"]').waitFor();
  },
  factors: (page) => page.goto('/account/factors'),
  'new app': addApp,
  'new app, refused': async (page) => {
    await page.locator('#code').fill('000000');
    await submit(page).click();
    await page.getByRole('alert').waitFor();
  },
  'recovery codes': async (page) => {
    await addApp(page);
    await page.locator('#code').fill(codeOf(await secretOn(page)));
    await page.locator('#name').fill('Telephone');
    await submit(page).click();
    await page.locator('.codes').waitFor();
  },
  'factors, one': async (page) => {
    await page.goto('/account/factors');
    await page.locator('summary').click();
  },
  'second factor': async (page, person) => {
    // Where somebody is logged in, only on request.
    await page.goto('/account/login?again=1');
    await page.locator('#email').fill(person.email);
    await page.locator('#password').fill(person.password);
    await submit(page).click();
    await page.locator('summary').click();
  },
  'second factor, refused': async (page) => {
    await page.locator('#code').fill('000000');
    await submit(page).first().click();
    await page.getByRole('alert').waitFor();
  },
  confirm: (page) => page.goto('/account/confirm?return=/account/password'),
  'confirm, refused': async (page) => {
    await page.goto('/account/confirm');
    await page.locator('#password').fill('a wrong sentence');
    await submit(page).click();
    await page.getByRole('alert').waitFor();
  },
  logout: (page) => page.goto('/account/logout'),
  'no such device': (page) => page.goto('/account/devices/none'),
};

/** Words whose first and last letter are on two lines. Code has none, but what is in the first column of a table is a name. */
const brokenWords = (page) =>
  page.evaluate(() => {
    const broken = [];
    const range = document.createRange();
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    const lineOf = (text, at) => {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      // A letter after a soft hyphen has the hyphen, too.
      return Array.from(range.getClientRects()).at(-1)?.top;
    };
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest('code, pre') && !text.parentElement.closest('td:first-child')) continue;
      for (const { 0: word, index } of text.data.matchAll(/\p{L}+/gu))
        if (lineOf(text, index) !== lineOf(text, index + word.length - 1)) broken.push(word);
    }
    return broken;
  });

/** Opens every page, logged in where that is necessary. */
async function visit(page, person, look) {
  const all = async (pages) => {
    for (const [name, open] of Object.entries(pages)) {
      await open(page, person);
      // A form's answer may be there before its style sheet.
      await page.waitForLoadState('load');
      await look(name);
    }
  };
  await all(entrance);
  await page.goto('/account/login');
  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(person.password);
  await submit(page).click();
  await page.waitForURL('**/account');
  await all(inside);
}

for (const locale of ['en-GB', 'de-DE'])
  for (const colorScheme of ['light', 'dark'])
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });

      test('axe finds no fault, and the policy blocks nothing that the pages need', async ({
        page,
        person,
        service,
      }) => {
        await post(service, '/login', { ...person, device_name: 'Telephone' });
        const complaints = [];
        page.on('console', (message) => complaints.push(message.text()));
        await page.addInitScript(() =>
          addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective)),
        );
        await visit(page, person, async (name) => {
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect.soft(violations, name).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.slice(0, 2));
        });
        // The console reports a page that refuses something as a "failed" load.
        expect(complaints.filter((text) => !text.startsWith('Failed to load resource: the server responded'))).toEqual(
          [],
        );
      });

      test('nothing is cut off at 320 pixels, and no word is broken on a phone', async ({ page, person }) => {
        await page.setViewportSize({ width: 320, height: 640 });
        await visit(page, person, async (name) => {
          expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(320);
          await page.setViewportSize({ width: 360, height: 640 });
          expect.soft(await brokenWords(page), name).toEqual([]);
          await page.setViewportSize({ width: 320, height: 640 });
        });
      });
    });

test('touch targets are large enough', async ({ page, person }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await visit(page, person, async (name) => {
    for (const target of await page
      .locator(
        'button:visible, .button:visible, summary:visible, .check:visible, input:not([type=hidden], [type=checkbox]):visible',
      )
      .all())
      expect.soft((await target.boundingBox()).height, name).toBeGreaterThanOrEqual(44);
  });
});

test('an injected style or script has no effect', async ({ page }) => {
  await page.goto('/account/login');
  const refused = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const seen = [];
        addEventListener('securitypolicyviolation', (event) => {
          seen.push(event.effectiveDirective);
          if (seen.length === 2) resolve(seen.sort());
        });
        const append = (tag, text) =>
          document.body.append(Object.assign(document.createElement(tag), { textContent: text }));
        append('style', 'body { display: none }');
        append('script', 'window.ran = true');
      }),
  );
  expect(refused).toEqual(['script-src-elem', 'style-src-elem']);
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
  await expect(page.getByRole('heading')).toBeVisible();
});
