// What a login with a passkey costs the service, beside one with a password.
// HANDSTAMP_EXE=… node bench/passkey.mjs
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startService } from '../clients/browser/test/service.mjs';

const logins = 3200;
// As people have: an account with thousands of sessions costs more.
const people = 400;
const passwordLogins = 400;
const callers = 16;
const password = 'correct horse battery staple';
const [origin, domain] = ['http://localhost:3000', 'localhost'];
const service = await startService({
  'Passkeys:RelyingPartyId': domain,
  'Passkeys:Origins': origin,
  'Accounts:Throttle:AccountLogins': 10_000,
  'Accounts:Throttle:NetworkLogins': 10_000,
  'Accounts:Throttle:RegistrationFree': 1000,
});

/** The process that listens at the service's address. */
const port = new URL(service.url).port;
const pid = /pid=(\d+)/.exec(execFileSync('ss', ['-ltnpH', `sport = :${port}`], { encoding: 'utf8' }))[1];
/** Milliseconds of processor time that the service has taken. */
const spent = () => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

async function post(route, body, token) {
  const answer = await fetch(service.url + route, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${route}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

function newPasskey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { id: randomBytes(32), point: publicKey.export({ format: 'jwk' }), privateKey };
}

/** WebAuthn §6.1: present and verified, with no counter, and the attested data with the key if it is new. */
const authenticatorData = (attested) =>
  Buffer.concat([sha256(domain), Buffer.from([attested ? 0x45 : 0x05]), Buffer.alloc(4), attested ?? Buffer.alloc(0)]);
const clientData = (type, challenge) => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
const credential = ({ id }, response) => ({
  id: base64url(id),
  rawId: base64url(id),
  type: 'public-key',
  clientExtensionResults: {},
  response,
});

function create(passkey, { challenge }) {
  const { id, point } = passkey;
  // RFC 9052 §7: a key of P-256 for ES256, as CBOR.
  const coordinate = (name) => Buffer.from(point[name], 'base64url');
  const key = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    coordinate('x'),
    Buffer.from('225820', 'hex'),
    coordinate('y'),
  ]);
  const data = authenticatorData(Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]));
  const attestation = Buffer.concat([
    Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
    Buffer.from([data.length]),
    data,
  ]);
  return credential(passkey, {
    clientDataJSON: base64url(clientData('webauthn.create', challenge)),
    attestationObject: base64url(attestation),
    transports: ['internal'],
  });
}

function get(passkey, { challenge }) {
  const [data, client] = [authenticatorData(), clientData('webauthn.get', challenge)];
  const signature = sign('sha256', Buffer.concat([data, sha256(client)]), passkey.privateKey);
  return credential(passkey, {
    clientDataJSON: base64url(client),
    authenticatorData: base64url(data),
    signature: base64url(signature),
    userHandle: passkey.user,
  });
}

const named = (number) => ({ email: `person-${number}@example.com`, password });
const passkeys = [];
for (let number = 0; number < 2 * people; number++) {
  await post('/register', named(number));
  if (number >= people) continue;
  const { access_token: token } = await post('/login', named(number));
  const { ceremony, options } = await post('/passkeys/options', {}, token);
  const passkey = { ...newPasskey(), user: options.user.id };
  await post('/passkeys', { ceremony, credential: create(passkey, options) }, token);
  passkeys.push(passkey);
}

async function costOf(what, times, work) {
  let next = 0;
  const all = (count) =>
    Promise.all(
      Array.from({ length: callers }, async () => {
        for (let time = 0; time < count / callers; time++) await work(next++);
      }),
    );
  await all(times / 10);
  const before = spent();
  await all(times);
  console.log(`${what}: ${((spent() - before) / times).toFixed(3)} ms of the service's processor time`);
}

await costOf('a login with a passkey, both requests', logins, async (number) => {
  const { ceremony, options } = await post('/login/passkey/options', {});
  await post('/login/passkey', { ceremony, credential: get(passkeys[number % people], options) });
});
await costOf('a login with a password', passwordLogins, (number) => post('/login', named(people + (number % people))));
await service.stop();
