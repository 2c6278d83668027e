// Passkeys with an authenticator and a verifier that others have written.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import emulators from 'nid-webauthn-emulator';
import {
  addPasskey,
  confirmWithPasskey,
  hasPasskeys,
  listPasskeys,
  loginWithPasskey,
  reauthenticateWithPasskey,
  removePasskey,
  renamePasskey,
} from '../dist/passkeys.js';
import { reauthenticate } from '../dist/stepup.js';
import { claimsOf, loggedIn, password } from './fixture.mjs';

const { default: WebAuthnEmulator, AuthenticatorEmulator, PasskeysCredentialsMemoryRepository } = emulators;
const [origin, domain] = ['http://localhost:3000', 'localhost'];
const here = loggedIn({ 'Passkeys:RelyingPartyId': domain, 'Passkeys:Origins': origin });
const service = () => ({ url: here.gateway.url });

/** What a browser has, and what it was asked and has answered. */
let browser;
function useBrowser(authenticator = {}, from = origin) {
  // Otherwise all of them share one.
  const credentialsRepository = new PasskeysCredentialsMemoryRepository();
  const emulator = new WebAuthnEmulator(new AuthenticatorEmulator({ ...authenticator, credentialsRepository }));
  const made = (kind) => async (options) => {
    browser.asked = options.publicKey;
    browser.mediation = options.mediation;
    const answer = emulator[`${kind}JSON`](from, options.publicKey);
    browser.answer = answer;
    return { ...answer, toJSON: () => answer };
  };
  browser = { emulator, signals: [] };
  const credentials = { create: made('create'), get: made('get') };
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { credentials } });
  globalThis.PublicKeyCredential = {
    parseCreationOptionsFromJSON: (options) => options,
    parseRequestOptionsFromJSON: (options) => options,
    signalAllAcceptedCredentials: async (known) => void browser.signals.push(known),
    signalUnknownCredential: async (known) => void browser.signals.push(known),
  };
}

const methods = async () => claimsOf(await here.handstamp.getAccessToken()).amr;
const failsWith = (code) => (error) => error.code === code;
const loginWithPassword = () => here.handstamp.login({ email: here.email, password });
const logout = () => here.handstamp.logout();

before(() => assert.equal(hasPasskeys(), false));
beforeEach(() => {
  useBrowser();
  // The timers go on here, so the fetch of Node will do.
  here.handstamp = here.open({ fetch: undefined });
});
after(() => delete globalThis.PublicKeyCredential);

for (const algorithm of ['ES256', 'RS256'])
  test(`a passkey of others is added and logs in: ${algorithm}`, async () => {
    useBrowser({ algorithmIdentifiers: [algorithm] });
    assert.ok(hasPasskeys());
    const added = await addPasskey(here.handstamp, { name: 'Phone' });
    const registered = await verifyRegistrationResponse({
      response: browser.answer,
      expectedChallenge: browser.asked.challenge,
      expectedOrigin: origin,
      expectedRPID: domain,
      supportedAlgorithmIDs: browser.asked.pubKeyCredParams.map(({ alg }) => alg),
    });
    assert.ok(registered.verified);
    assert.deepEqual(await listPasskeys(here.handstamp), [added]);
    assert.equal(added.name, 'Phone');
    assert.equal(added.synced, registered.registrationInfo.credentialDeviceType === 'multiDevice');
    assert.equal(added.aaguid, registered.registrationInfo.aaguid);

    await logout();
    await loginWithPasskey(here.handstamp, service());
    assert.deepEqual(await methods(), [added.synced ? 'swk' : 'hwk', 'user']);
    const { credential } = registered.registrationInfo;
    const authenticated = await verifyAuthenticationResponse({
      response: browser.answer,
      expectedChallenge: browser.asked.challenge,
      expectedOrigin: origin,
      expectedRPID: domain,
      credential,
    });
    assert.ok(authenticated.verified);
  });

test('a passkey of another page is refused', async () => {
  useBrowser({}, 'http://localhost:4000');
  await assert.rejects(addPasskey(here.handstamp), failsWith('invalid_request'));
  assert.deepEqual(await listPasskeys(here.handstamp), []);
});

test('a key of an algorithm that was not offered is refused', async () => {
  useBrowser({ algorithmIdentifiers: ['EdDSA'] });
  await assert.rejects(addPasskey(here.handstamp));
  assert.deepEqual(await listPasskeys(here.handstamp), []);
});

test('the password needs the passkey, too', async () => {
  await addPasskey(here.handstamp);
  await logout();
  const required = await loginWithPassword().catch((error) => error);
  assert.equal(required.code, 'mfa_required');
  assert.deepEqual(required.problem.methods, ['passkey']);

  await confirmWithPasskey(here.handstamp, { ...service(), mfaToken: required.problem.mfa_token });

  const all = await methods();
  assert.deepEqual([all[0], all.at(-1)], ['pwd', 'mfa']);
});

test('a passkey authenticates the person again in the same session', async () => {
  await addPasskey(here.handstamp);
  const before = claimsOf(await here.handstamp.getAccessToken());

  await reauthenticateWithPasskey(here.handstamp);

  const after = claimsOf(await here.handstamp.getAccessToken());
  assert.deepEqual([after.sid, after.amr.at(-1)], [before.sid, 'user']);
  assert.notEqual(after.jti, before.jti);
});

test('a passkey is the second step when the person authenticates again with the password', async () => {
  await addPasskey(here.handstamp);
  const required = await reauthenticate(here.handstamp, { password }).catch((error) => error);
  assert.deepEqual(required.problem.methods, ['passkey']);

  await reauthenticateWithPasskey(here.handstamp, { mfaToken: required.problem.mfa_token });

  const all = await methods();
  assert.deepEqual([all[0], all.at(-1)], ['pwd', 'mfa']);
});

test('a person who leaves while a passkey is asked for stays as they are', async () => {
  navigator.credentials.get = async ({ signal }) => signal.throwIfAborted();
  const signal = AbortSignal.abort(new Error('left'));

  await assert.rejects(reauthenticateWithPasskey(here.handstamp, { signal }), { message: 'left' });

  assert.deepEqual(await methods(), ['pwd']);
});

test('a passkey is named and removed, and the browser learns the whole list', async () => {
  const [first, second] = [await addPasskey(here.handstamp), (useBrowser(), await addPasskey(here.handstamp))];
  await renamePasskey(here.handstamp, first.id, 'Key ring');
  assert.deepEqual(
    (await listPasskeys(here.handstamp)).map(({ name }) => name),
    ['Key ring', null],
  );
  assert.equal(browser.signals.at(-1).allAcceptedCredentialIds.length, 2);

  assert.deepEqual(await removePasskey(here.handstamp, first.id), [second]);

  const { rpId, allAcceptedCredentialIds } = browser.signals.at(-1);
  assert.deepEqual([rpId, allAcceptedCredentialIds.length], [domain, 1]);
  for (const other of ['../sessions', '..']) {
    await assert.rejects(removePasskey(here.handstamp, other), failsWith('passkey_not_found'));
    await assert.rejects(renamePasskey(here.handstamp, other, 'Kitchen'), failsWith('passkey_not_found'));
  }
});

test('a passkey that was removed is unknown, and the browser learns it', async () => {
  const { id } = await addPasskey(here.handstamp);
  await removePasskey(here.handstamp, id);
  await logout();

  await assert.rejects(loginWithPasskey(here.handstamp, service()), failsWith('passkey_unknown'));

  assert.deepEqual(browser.signals.at(-1), { rpId: domain, credentialId: browser.answer.id });
});

test('the autofill list is asked for again before its challenge is too old', async (context) => {
  await addPasskey(here.handstamp);
  await logout();
  context.mock.method(AbortSignal, 'timeout', () => expiring.shift());
  const expiring = [AbortSignal.abort(), new AbortController().signal];
  const get = navigator.credentials.get;
  navigator.credentials.get = (options) => {
    options.signal.throwIfAborted();
    return get(options);
  };

  await loginWithPasskey(here.handstamp, { ...service(), autofill: true });

  assert.equal(browser.mediation, 'conditional');
  assert.equal(here.gateway.seen('/login/passkey/options').length, 2);
});

test('a page that closes ends the waiting', async () => {
  navigator.credentials.get = async ({ signal }) => signal.throwIfAborted();
  const signal = AbortSignal.abort(new Error('left'));

  await assert.rejects(loginWithPasskey(here.handstamp, { ...service(), autofill: true, signal }), { message: 'left' });
});
