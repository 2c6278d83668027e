// Bundles the page, with the client from its sources, into a directory: node build.mjs DIRECTORY
import { cpSync } from 'node:fs';
import { build } from 'esbuild';

const [directory] = process.argv.slice(2);

await build({
  entryPoints: { page: 'src/main.ts' },
  outdir: directory,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
});
await build({ entryPoints: { page: 'src/style.css' }, outdir: directory, bundle: true, minify: true });
for (const file of ['index.html', 'icon.svg']) cpSync(`src/${file}`, `${directory}/${file}`);
