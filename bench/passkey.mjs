// What a login with a passkey costs the service, beside one with a password.
// HANDSTAMP_EXE=… node bench/passkey.mjs
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startService } from '../clients/browser/test/service.mjs';

const logins = 2000;
const passwordLogins = 100;
const password = 'correct horse battery staple';
const [origin, domain] = ['http://localhost:3000', 'localhost'];
const service = await startService({
  'Passkeys:RelyingPartyId': domain,
  'Passkeys:Origins': origin,
  'Accounts:Throttle:AccountLogins': 10_000,
  'Accounts:Throttle:NetworkLogins': 10_000,
  'Sessions:MaxPerAccount': 10_000,
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
const id = randomBytes(32);
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const point = publicKey.export({ format: 'jwk' });
let count = 0;

/** WebAuthn §6.1: present and verified, and the attested data with the key if it is new. */
const authenticatorData = (attested) =>
  Buffer.concat([
    sha256(domain),
    Buffer.from([attested ? 0x45 : 0x05]),
    Buffer.from(Uint32Array.of(++count).buffer).reverse(),
    attested ?? Buffer.alloc(0),
  ]);
const clientData = (type, challenge) => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
const credential = (response) => ({
  id: base64url(id),
  rawId: base64url(id),
  type: 'public-key',
  clientExtensionResults: {},
  response,
});

function create({ challenge }) {
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
  return credential({
    clientDataJSON: base64url(clientData('webauthn.create', challenge)),
    attestationObject: base64url(attestation),
    transports: ['internal'],
  });
}

function get({ challenge }, userHandle) {
  const [data, client] = [authenticatorData(), clientData('webauthn.get', challenge)];
  const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
  return credential({
    clientDataJSON: base64url(client),
    authenticatorData: base64url(data),
    signature: base64url(signature),
    userHandle,
  });
}

const names = { email: 'ada@example.com' };
const others = { email: 'grace@example.com' };
for (const one of [names, others]) await post('/register', { ...one, password });
const { access_token: token } = await post('/login', { ...names, password });
const { ceremony, options } = await post('/passkeys/options', {}, token);
await post('/passkeys', { ceremony, credential: create(options) }, token);

async function costOf(what, times, work) {
  for (let time = 0; time < times / 10; time++) await work();
  const before = spent();
  for (let time = 0; time < times; time++) await work();
  console.log(`${what}: ${((spent() - before) / times).toFixed(3)} ms of the service's processor time`);
}

await costOf('a login with a passkey, both requests', logins, async () => {
  const begun = await post('/login/passkey/options', {});
  await post('/login/passkey', { ceremony: begun.ceremony, credential: get(begun.options, options.user.id) });
});
await costOf('a login with a password', passwordLogins, () => post('/login', { ...others, password }));
await service.stop();
