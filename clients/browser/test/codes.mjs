// The list is not part of what the client exports.
import { readFileSync } from 'node:fs';

const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');

export const serviceCodes = source.match(/type ServiceCode =([^;]*);/)[1].match(/\w+/g);
