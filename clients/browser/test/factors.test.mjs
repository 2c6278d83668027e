// Second factors, at the real service.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  beginTotp,
  beginTotpAtLogin,
  confirmTotp,
  listFactors,
  loginMfa,
  mfaRequired,
  removeFactor,
  renewRecoveryCodes,
} from '../dist/factors.js';
import { createHandstamp } from '../dist/index.js';
import { failsWith } from './client.mjs';
import { claimsOf, loggedIn, password } from './fixture.mjs';
import { startService } from './service.mjs';
import { codeOf } from './totp.mjs';

const here = loggedIn();

/** Adds an app; its code of now is used up. */
async function enrol(name) {
  const { secret, uri, qr_svg } = await beginTotp(here.handstamp);
  assert.match(uri, /^otpauth:\/\/totp\//);
  assert.match(qr_svg, /^<svg /);
  return { secret, ...(await confirmTotp(here.handstamp, { code: codeOf(secret), name })) };
}

/** What a login of this person needs besides the password. */
async function due() {
  const fault = await here.handstamp.login({ email: here.email, password }).catch((error) => error);
  return mfaRequired(fault);
}

test('a login with an app goes on with its next code', async () => {
  const { secret } = await enrol();
  const { token, methods, isEnrolment } = await due();
  assert.deepEqual([methods, isEnrolment], [['totp', 'recovery_code'], false]);
  const { handstamp } = here;
  await assert.rejects(
    loginMfa(handstamp, { token, method: 'totp', code: '000000' }),
    failsWith('mfa_code_invalid', false),
  );
  // One step ahead is accepted, and the code of now was used.
  await loginMfa(handstamp, { token, method: 'totp', code: codeOf(secret, 1) });
  assert.deepEqual(claimsOf(await handstamp.getAccessToken()).amr, ['pwd', 'otp', 'mfa']);
});

test('a recovery code logs in once, and all are replaced', async () => {
  const { recovery_codes } = await enrol('Telephone');
  assert.equal(recovery_codes.length, 10);
  const first = { method: 'recovery_code', code: recovery_codes[0] };
  await loginMfa(here.handstamp, { ...first, token: (await due()).token });
  await assert.rejects(
    loginMfa(here.handstamp, { ...first, token: (await due()).token }),
    failsWith('mfa_code_invalid', false),
  );
  const left = await listFactors(here.handstamp);
  assert.deepEqual([left.recovery_codes, left.required, left.factors[0].name], [9, false, 'Telephone']);
  assert.equal((await renewRecoveryCodes(here.handstamp)).recovery_codes.length, 10);
  assert.equal((await listFactors(here.handstamp)).recovery_codes, 10);
});

test('a removed app is asked for no more', async () => {
  const { id } = await enrol();
  await removeFactor(here.handstamp, id);
  await assert.rejects(removeFactor(here.handstamp, id), failsWith('factor_not_found', false));
  for (const other of ['../sessions', '..'])
    await assert.rejects(removeFactor(here.handstamp, other), failsWith('factor_not_found', false));
  await here.handstamp.login({ email: here.email, password });
});

test('any other failure asks for no factor', async () => {
  const fault = await here.handstamp.login({ email: here.email, password: 'wrong' }).catch((error) => error);
  assert.equal(mfaRequired(fault), null);
  assert.equal(mfaRequired(undefined), null);
  assert.equal(mfaRequired(new Error('another one')), null);
});

test('a service that requires one lets the person add it at the login', async (t) => {
  const service = await startService({ 'Accounts:SecondFactor': 'required', 'Accounts:SecondFactorGrace': '0' });
  t.after(() => service.stop());
  const handstamp = createHandstamp({ url: service.url, storage: { get: () => null, set: () => {} } });
  const person = { email: 'ada@example.com', password };
  await handstamp.register(person);
  const { token, isEnrolment } = mfaRequired(await handstamp.login(person).catch((error) => error));
  const { secret } = await beginTotpAtLogin({ url: service.url }, token);
  await loginMfa(handstamp, { token, method: 'totp', code: codeOf(secret) });
  assert.equal(isEnrolment, true);
  assert.equal((await listFactors(handstamp)).required, true);
});
