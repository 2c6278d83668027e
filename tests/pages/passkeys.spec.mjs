// Passkeys on the pages, in a browser with an authenticator for tests; and how these pages look.
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { startService } from '../../clients/browser/test/service.mjs';
import { test as base } from './site.mjs';

const local = (url) => url.replace('127.0.0.1', 'localhost');

/** Browsers know no passkeys for an IP address. */
const test = base.extend({
  service: [
    async ({}, use) => {
      const service = await startService({ Issuer: local });
      await use(service);
      await service.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ service }, use) => use(local(service.url)),
});

async function useAuthenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  return {
    count: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    presence: (enabled) => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    verified: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

async function logIn(page, person) {
  await page.goto('/account/login');
  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(person.password);
  await page.locator('form').first().locator('button:not([type=button])').click();
}

async function add(page, name) {
  await page.goto('/account/passkeys/new');
  await page.locator('#name').fill(name);
  await page.getByRole('button').click();
  await page.waitForURL('**/account/passkeys');
}

test('a passkey is added, logs in with one click, and is removed', async ({ page, person }) => {
  const authenticator = await useAuthenticator(page);
  await logIn(page, person);
  await add(page, 'Phone');
  await expect(page.getByRole('listitem')).toContainText('Phone');

  await page.goto('/account/logout');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  // Else it is chosen from the autofill list before anybody can click.
  await authenticator.presence(false);
  await page.goto('/account/login?return=/account/passkeys');
  await authenticator.presence(true);
  const arrived = page.waitForURL('**/account/passkeys');
  // The autofill list may still be quicker than the click.
  const clicked = page.getByRole('button', { name: 'Log in with a passkey' }).click();
  await Promise.race([arrived, clicked.catch(() => arrived)]);
  await arrived;

  await page.getByRole('link', { name: 'Manage: Phone' }).click();
  await page.getByRole('button', { name: 'Remove this passkey' }).click();
  await page.waitForURL('**/account/passkeys');
  await expect(page.getByRole('listitem')).toHaveCount(0);
  await expect.poll(authenticator.count).toBe(0);
});

test('a passkey is chosen from the autofill list', async ({ page, person, context }) => {
  await useAuthenticator(page);
  await logIn(page, person);
  await add(page, 'Phone');
  await context.clearCookies();

  await page.goto('/account/login?return=/account/passkeys');

  await page.waitForURL('**/account/passkeys');
});

test('the second step of a login takes a passkey', async ({ page, person, context }) => {
  const authenticator = await useAuthenticator(page);
  await logIn(page, person);
  await add(page, 'Phone');
  await context.clearCookies();
  await authenticator.presence(false);

  await logIn(page, person);
  await authenticator.presence(true);
  await page.getByRole('button', { name: 'Use a passkey' }).click();

  await expect(page).toHaveTitle('My account – Handstamp');
});

test('a person who logged in a while ago confirms it with a passkey', async ({ page, person }) => {
  const authenticator = await useAuthenticator(page);
  await logIn(page, person);
  await add(page, 'Phone');
  await authenticator.presence(false);
  await page.goto('/account/confirm?return=/account/passkeys');
  await expect(page.getByLabel('Password')).toBeVisible();
  await authenticator.presence(true);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL('**/account/passkeys');
});

test('after a login with the password the browser may make a passkey, and the person notices nothing', async ({
  page,
  person,
}) => {
  // No browser does it without a password manager of its own: what it would be asked for is asked for here.
  await page.addInitScript(() => {
    const create = navigator.credentials.create.bind(navigator.credentials);
    PublicKeyCredential.getClientCapabilities = async () => ({ conditionalCreate: true });
    navigator.credentials.create = ({ publicKey, mediation }) => {
      document.documentElement.dataset.mediation = mediation;
      return create({ publicKey });
    };
  });
  const authenticator = await useAuthenticator(page);
  const added = page.waitForResponse('**/account/passkeys/conditional');
  await logIn(page, person);
  expect((await added).status()).toBe(204);
  expect(await authenticator.count()).toBe(1);
  await expect(page).toHaveTitle('My account – Handstamp');
  await expect(page.locator('html')).toHaveAttribute('data-mediation', 'conditional');
});

test('a browser that makes no passkeys by itself is not asked to', async ({ page, person }) => {
  await useAuthenticator(page);
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.addInitScript(() => (PublicKeyCredential.getClientCapabilities = async () => ({})));
  await logIn(page, person);
  await page.waitForLoadState('networkidle');
  expect(asked).not.toContain('/account/passkeys/conditional/options');
});

test('a passkey that does not work is told, and can be tried again', async ({ page, person }) => {
  const authenticator = await useAuthenticator(page);
  await logIn(page, person);
  await page.goto('/account/passkeys/new');
  await authenticator.verified(false);
  await page.getByRole('button').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await authenticator.verified(true);
  await page.getByRole('button').click();
  await page.waitForURL('**/account/passkeys');
});

test('without script the pages work as they did', async ({ browser, baseURL, person }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto('/account/login');
  await expect(page.getByRole('button', { name: 'Log in with a passkey' })).toHaveCount(0);
  await logIn(page, person);
  await page.goto('/account/passkeys/new');
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(page.getByText('This browser cannot use passkeys')).toBeVisible();
  await context.close();
});

for (const locale of ['en-GB', 'de-DE'])
  for (const colorScheme of ['light', 'dark'])
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });

      test('axe finds no fault, nothing is cut off, and the policy forbids nothing', async ({
        page,
        person,
        context,
      }) => {
        const complaints = [];
        page.on('console', (message) => complaints.push(message.text()));
        await page.addInitScript(() =>
          addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective)),
        );
        await page.setViewportSize({ width: 320, height: 640 });
        const authenticator = await useAuthenticator(page);
        const look = async (name) => {
          expect.soft((await new AxeBuilder({ page }).analyze()).violations, name).toEqual([]);
          expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(320);
          for (const target of await page
            .locator('button:visible, .button:visible, .check:visible, input:not([type=checkbox]):visible')
            .all())
            expect.soft((await target.boundingBox()).height, name).toBeGreaterThanOrEqual(44);
          if (process.env.LOOKS)
            await page.screenshot({ path: `${process.env.LOOKS}/${locale}-${colorScheme}-${name}.png` });
        };
        await page.goto('/account/login');
        await look('login');
        await logIn(page, person);
        await page.goto('/account/passkeys/new');
        await look('new');
        await add(page, 'Phone');
        await look('list');
        await page.locator('.devices a').click();
        await look('manage');
        await page.goto('/account/confirm');
        await page.locator('form[data-passkey]').waitFor();
        await look('confirm');
        await context.clearCookies();
        await authenticator.presence(false);
        await logIn(page, person);
        await page.locator('form[data-passkey]').waitFor();
        await look('second');
        expect(complaints).toEqual([]);
      });
    });
