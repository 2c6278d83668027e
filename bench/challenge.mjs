// What a flood costs with challenges: the attacker for each solution, and the service for each request.
// HANDSTAMP_EXE=… node bench/challenge.mjs
import { createHash, webcrypto } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startService } from '../clients/browser/test/service.mjs';

const solutions = 40;
const requests = 4000;
const password = 'correct horse battery staple';
const service = await startService({
  'Challenge:Mode': 'always',
  'Accounts:Throttle:AccountFree': 10_000,
  'Accounts:Throttle:NetworkFree': 10_000,
});

/** The process that listens at the service's address. */
const port = new URL(service.url).port;
const pid = /pid=(\d+)/.exec(execFileSync('ss', ['-ltnpH', `sport = :${port}`], { encoding: 'utf8' }))[1];
/** Milliseconds of processor time that the service has taken. */
const spent = () => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const challengeOf = async () => (await fetch(`${service.url}/challenge`)).json();
const payload = (challenge, number) => Buffer.from(JSON.stringify({ ...challenge, number })).toString('base64');
const login = (altcha) =>
  fetch(`${service.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(altcha && { altcha }) },
    body: JSON.stringify({ email: 'ada@example.com', password }),
  }).then((answer) => (answer.arrayBuffer(), answer.status));

function solveNatively({ salt, challenge }) {
  for (let number = 0; ; number++)
    if (createHash('sha256').update(salt + number).digest('hex') === challenge) return number;
}

async function solveInScript({ salt, challenge }) {
  const text = new TextEncoder();
  const wanted = BigInt(`0x${challenge.slice(0, 16)}`);
  for (let first = 0; ; first += 256) {
    const digest = (_, index) => webcrypto.subtle.digest('SHA-256', text.encode(salt + (first + index)));
    const hashes = await Promise.all(Array.from({ length: 256 }, digest));
    const found = hashes.findIndex((hash) => new DataView(hash).getBigUint64(0) === wanted);
    if (found >= 0) return first + found;
  }
}

async function costOf(what, times, work) {
  const [began, before] = [performance.now(), spent()];
  const results = [];
  for (let time = 0; time < times; time++) results.push(await work(time));
  const each = (total) => (total / times).toFixed(3);
  console.log(`${what}: ${each(performance.now() - began)} ms, of the service ${each(spent() - before)} ms of processor time`);
  return results;
}

const challenges = await costOf('a challenge', requests, challengeOf);
await costOf('a login without a solution', requests, () => login());
const forged = payload({ ...challenges[0], signature: '0'.repeat(64) }, solveNatively(challenges[0]));
await costOf('a login with a forged solution', requests, () => login(forged));
const numbers = await costOf('a solution, native', solutions, (time) => solveNatively(challenges[time]));
await costOf('a solution, in script', solutions, (time) => solveInScript(challenges[time]));
await costOf('a login with a solution', solutions, (time) => login(payload(challenges[time], numbers[time])));
await service.stop();
