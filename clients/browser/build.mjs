// Bundles the client into one module, writes its types, and fails if it has become too big.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const budget = 4096;

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
});
execFileSync('node_modules/.bin/tsc', { stdio: 'inherit' });

const code = readFileSync('dist/index.js');
const size = gzipSync(code, { level: 9 }).length;
console.log(
  `@handstamp/browser: ${code.length} bytes, ${size} with gzip, ${brotliCompressSync(code).length} with brotli (budget: ${budget} with gzip)`,
);
if (size > budget) throw new Error('The client is over its budget.');
