// Builds the client and its parts into a module each, writes their types, and fails if a page would load too much.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// Names that no program and no other tab sees.
const inner =
  /^(foreignIssuer|untilRefresh|currentForService|hasLeft|isBest|inTurn|grow|handover|known|begin|told|after|ask|current|fault|again|once|ifAny|tell|expired|held|share|untilNews|byResource|over|tabs)$/;
/** Bytes of each module with gzip. The first one has what the others share. */
const budgets = {
  index: 4096,
  dpop: 1152,
  recovery: 512,
  factors: 512,
  stepup: 640,
  email: 512,
  passkeys: 1024,
  external: 512,
  account: 640,
  entry: 512,
  challenge: 768,
  former: 256,
};
const parts = Object.keys(budgets);
const common = { bundle: true, minify: true, format: 'esm', target: 'es2022' };

const sizeOf = (code) => gzipSync(code, { level: 9 }).length;

function check(what, size, budget) {
  console.log(`@handstamp/browser, ${what}: ${size} bytes with gzip (budget: ${budget})`);
  if (size > budget) throw new Error(`The client is over its budget: ${what}.`);
}

async function buildParts(names, options) {
  const entryPoints = names.map((part) => `src/${part}.ts`);
  // The maps are for tools: a line that names them would be downloaded with each module.
  return build({ ...common, entryPoints, outdir: 'dist', mangleProps: inner, sourcemap: 'external', ...options });
}

/** What a page loads whose bundler has left out what it does not use. */
async function bundle(imports) {
  const stdin = { contents: imports, resolveDir: '.' };
  return (await build({ ...common, stdin, write: false })).outputFiles[0].contents;
}

rmSync('dist', { recursive: true, force: true });
const [first, ...others] = parts;
const { mangleCache } = await buildParts([first], { mangleCache: {} });
await buildParts(others, { mangleCache, external: ['./index.js'] });
execFileSync('node_modules/.bin/tsc', { stdio: 'inherit' });

for (const part of parts) check(part, sizeOf(readFileSync(`dist/${part}.js`)), budgets[part]);
const login = await bundle("export { createHandstamp, HandstampError } from './dist/index.js'");
check('a page that logs in, bundled', sizeOf(login), 4096);
const everything = await bundle(parts.map((part) => `export * from './dist/${part}.js'`).join(';'));
check('a page with everything, bundled', sizeOf(everything), 8192);
const sizes = parts.map((part) => sizeOf(readFileSync(`dist/${part}.js`)));
console.log(`@handstamp/browser, all modules: ${sizes.reduce((sum, size) => sum + size)} bytes with gzip`);
