// A program that stays logged in: node examples/node.mjs http://127.0.0.1:5110 [EMAIL PASSWORD]
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createHandstamp } from '@handstamp/browser';

const [url, email, password] = process.argv.slice(2);
const file = new URL('.refresh-token', import.meta.url);

const handstamp = createHandstamp({
  url,
  storage: {
    get: () => readFile(file, 'utf8').catch(() => null),
    set: (token) => (token ? writeFile(file, token, { mode: 0o600 }) : rm(file, { force: true })),
  },
});

if (password) await handstamp.login({ email, password });
const user = await handstamp.user();
console.log(user ? `You are ${user.email}.` : 'Nobody is logged in.');
