// What is done by mail around a login, with a service that writes its mails into a directory.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  changeEmail,
  confirmEmailChange,
  loginByMail,
  requestLoginCode,
  resendVerification,
  undoEmailChange,
  verifyEmail,
} from '../dist/email.js';
import { eventually } from './eventually.mjs';
import { loggedIn } from './fixture.mjs';

const mails = mkdtempSync(join(tmpdir(), 'handstamp-mails-'));
after(() => rmSync(mails, { recursive: true }));
const here = loggedIn({ 'Mail:Directory': mails, 'Mail:From': 'login@example.com', 'Accounts:LoginByMail': 'true' });
const service = () => ({ url: here.gateway.url });

/** The token and the code of the newest mail to the person with this text in it. */
async function mailTo(email, text) {
  let mail;
  await eventually(`the mail to ${email} comes`, () => {
    const texts = readdirSync(mails)
      .filter((file) => file.endsWith('.eml'))
      .sort()
      .map((file) => readFileSync(join(mails, file), 'utf8').replaceAll('=\n', '').replaceAll('=\r\n', ''));
    mail = texts.findLast((each) => each.includes(`To: ${email}`) && each.includes(text));
    return mail;
  });
  return { token: mail.match(/hss_[\w-]+/)?.[0], code: mail.match(/: (\d{6})\r?\n/)?.[1] };
}

test('an address is verified with the code of another mail', async () => {
  assert.equal((await here.handstamp.user()).email_verified, false);
  await resendVerification(service(), here.email);
  const { code } = await mailTo(here.email, 'Confirm the address');
  await verifyEmail(service(), { email: here.email, code });
  assert.equal((await here.handstamp.user()).email_verified, true);
});

test('a person logs in by mail, with the code and with the link', async () => {
  for (const proofOf of [({ code }) => ({ email: here.email, code }), ({ token }) => ({ token })]) {
    await requestLoginCode(service(), here.email);
    const mail = await mailTo(here.email, 'Log in on this device');
    await loginByMail(here.handstamp, { ...proofOf(mail), deviceName: 'Phone' });
    assert.equal((await here.handstamp.user()).email, here.email);
    const current = (await here.handstamp.sessions.list()).find((device) => device.current);
    assert.equal(current.device_name, 'Phone');
    await assert.rejects(loginByMail(here.handstamp, proofOf(mail)), (error) => error.code === 'login_code_invalid');
    for (const file of readdirSync(mails)) rmSync(join(mails, file));
  }
});

test('an address is changed, and the change is taken back', async () => {
  const email = `new.${here.email}`;
  await changeEmail(here.handstamp, email);
  await confirmEmailChange(service(), { token: (await mailTo(email, 'Use this address')).token });
  assert.equal((await here.handstamp.user()).email, email);

  await undoEmailChange(service(), (await mailTo(here.email, 'This was not me')).token);
  await assert.rejects(undoEmailChange(service(), 'hss_nothing'), (error) => error.code === 'email_token_invalid');
  assert.equal(await here.handstamp.user().catch((error) => error.code), null);
});
