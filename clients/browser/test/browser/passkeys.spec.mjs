// Passkeys in Chromium, with the authenticator that it has for tests.
import { expect } from '@playwright/test';
import { failure, logIn, register, test } from './site.mjs';

let people = 0;

test.beforeEach(async ({ behind, context }, info) => {
  // Browsers know no passkeys for an IP address.
  const local = (url) => url.replace('127.0.0.1', 'localhost');
  const { site } = await behind({ settings: (url) => ({ Issuer: local(url) }) });
  const tab = await context.newPage();
  await tab.goto(`${local(site.url)}/shop`);
  await tab.waitForFunction('window.handstamp');
  const person = { email: `passkeys-${people++}@example.com`, password: 'correct horse battery staple' };
  await register(tab, person);
  await logIn(tab, person);
  Object.assign(info, { site, tab, person });
});

/** Gives the tab an authenticator that does at once what it is asked for. */
async function useAuthenticator(tab, synced = false) {
  const cdp = await tab.context().newCDPSession(tab);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
    defaultBackupEligibility: synced,
    defaultBackupState: synced,
  };
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  return {
    count: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    verifies: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

const add = (tab) => tab.evaluate(() => passkeys.addPasskey(handstamp));
const logout = (tab) => tab.evaluate(() => handstamp.logout());
const login = (tab, how = {}) => tab.evaluate((how) => passkeys.loginWithPasskey(handstamp, { url: '/', ...how }), how);
const methods = (tab) =>
  tab.evaluate(
    async () =>
      JSON.parse(atob((await handstamp.getAccessToken()).split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).amr,
  );

for (const synced of [false, true])
  test(`a passkey is added and logs in: ${synced ? 'synced' : 'bound to the device'}`, async ({}, { tab, person }) => {
    const authenticator = await useAuthenticator(tab, synced);
    const added = await add(tab);
    expect(added.synced).toBe(synced);
    expect(await authenticator.count()).toBe(1);
    // One for each device.
    expect(await tab.evaluate(() => passkeys.addPasskey(handstamp).then(null, (error) => error.name))).toBe(
      'InvalidStateError',
    );

    for (let times = 0; times < 2; times++) {
      await logout(tab);
      await login(tab);
      expect(await methods(tab)).toEqual([synced ? 'swk' : 'hwk', 'user']);
    }
    expect(await tab.evaluate(async () => (await handstamp.user()).email)).toBe(person.email);
  });

test('a passkey is chosen from the autofill list', async ({}, { tab }) => {
  await useAuthenticator(tab);
  await add(tab);
  await logout(tab);

  await login(tab, { autofill: true });

  expect(await methods(tab)).toEqual(['hwk', 'user']);
});

test('the password needs the passkey, too', async ({}, { tab, person }) => {
  await useAuthenticator(tab);
  await add(tab);
  await logout(tab);

  await tab.evaluate(async (person) => {
    const required = await handstamp.login(person).catch((error) => error);
    await passkeys.confirmWithPasskey(handstamp, { url: '/', mfaToken: required.problem.mfa_token });
  }, person);

  expect(await methods(tab)).toEqual(['pwd', 'hwk', 'user', 'mfa']);
});

test('a user who is not verified does not get in', async ({}, { tab }) => {
  const authenticator = await useAuthenticator(tab);
  await add(tab);
  await logout(tab);
  await authenticator.verifies(false);

  expect(
    await tab.evaluate(() => passkeys.loginWithPasskey(handstamp, { url: '/' }).then(null, (error) => error.name)),
  ).toBe('NotAllowedError');
});

test('the browser forgets a passkey that is removed, and one that was removed elsewhere', async ({}, { tab }) => {
  const authenticator = await useAuthenticator(tab);
  const first = await add(tab);
  await tab.evaluate((id) => passkeys.removePasskey(handstamp, id), first.id);
  await expect.poll(authenticator.count).toBe(0);

  const second = await add(tab);
  await tab.evaluate((id) => handstamp.call(`passkeys/${id}`, 'DELETE'), second.id);
  expect(await authenticator.count()).toBe(1);
  await logout(tab);
  expect(await failure(tab, "passkeys.loginWithPasskey(handstamp, { url: '/' })")).toBe('passkey_unknown');
  await expect.poll(authenticator.count).toBe(0);
});
