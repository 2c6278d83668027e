// Bundles the client and its parts into a module each, writes their types, and fails if one has become too big.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// Names that no program and no other tab sees.
const inner =
  /^(foreignIssuer|untilRefresh|currentForService|hasLeft|isBest|inTurn|grow|handover|known|begin|told|after|monotonic|wall|ask|current|fault|again|once|ifAny|tell|expired|held|share|untilNews|byResource|over|tabs)$/;
const budgets = {
  index: 4096,
  dpop: 2048,
  recovery: 1536,
  factors: 1536,
  stepup: 1024,
  email: 1536,
  passkeys: 2048,
  external: 1536,
  account: 1536,
  entry: 1536,
};

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: Object.keys(budgets).map((part) => `src/${part}.ts`),
  outdir: 'dist',
  bundle: true,
  minify: true,
  mangleProps: inner,
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
});
execFileSync('node_modules/.bin/tsc', { stdio: 'inherit' });

for (const [part, budget] of Object.entries(budgets)) {
  const code = readFileSync(`dist/${part}.js`);
  const size = gzipSync(code, { level: 9 }).length;
  console.log(
    `@handstamp/browser, ${part}: ${code.length} bytes, ${size} with gzip, ${brotliCompressSync(code).length} with brotli (budget: ${budget} with gzip)`,
  );
  if (size > budget) throw new Error(`The ${part} module is over its budget.`);
}
