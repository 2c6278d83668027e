// Makes src/Handstamp.Server/Accounts/NfcTable.txt, from which passwords are normalized, out of Debian's package unicode-data:
//   node eng/nfc-table.mjs > src/Handstamp.Server/Accounts/NfcTable.txt
import { readFileSync } from 'node:fs';

const folder = '/usr/share/unicode';
const lines = (file) => readFileSync(`${folder}/${file}`, 'utf8').split('\n');

const version = /DerivedNormalizationProps-([\d.]+)\.txt/.exec(lines('DerivedNormalizationProps.txt')[0])[1];
const hex = (codePoint) => codePoint.toString(16).toUpperCase();
const parse = (text) => parseInt(text, 16);

// Characters that are decomposed and never composed again.
const excluded = new Set();
for (const line of lines('DerivedNormalizationProps.txt')) {
  const match = /^([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*; Full_Composition_Exclusion\b/.exec(line);
  if (match) for (let point = parse(match[1]); point <= parse(match[2] ?? match[1]); point++) excluded.add(point);
}

const decompositions = [];
const classes = [];
for (const line of lines('UnicodeData.txt')) {
  const [text, , , combining, , mapping] = line.split(';');
  if (!text) continue;
  const point = parse(text);
  // The kind of a compatibility mapping is in angle brackets; a canonical mapping has none.
  if (mapping && !mapping.startsWith('<'))
    decompositions.push([hex(point), ...mapping.split(' ').map((part) => hex(parse(part))), ...(excluded.has(point) ? ['!'] : [])].join(' '));
  if (combining === '0') continue;
  const last = classes.at(-1);
  if (last?.combining === combining && last.end === point - 1) last.end = point;
  else classes.push({ combining, start: point, end: point });
}

process.stdout.write(`# Canonical decompositions and combining classes of Unicode ${version}, made by eng/nfc-table.mjs.
# A line is a character, what it decomposes to, and ! where that is never composed again; or =CLASS FIRST-LAST.
# From the Unicode Character Database, https://www.unicode.org/copyright.html, whose licence is the Unicode License:
#
# Copyright © 1991-2022 Unicode, Inc. All rights reserved.
# Distributed under the Terms of Use in https://www.unicode.org/copyright.html.

${decompositions.join('\n')}
${classes.map(({ combining, start, end }) => `=${combining} ${hex(start)}-${hex(end)}`).join('\n')}
`);
