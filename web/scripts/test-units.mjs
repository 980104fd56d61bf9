// Bundles each tests/unit/*.test.ts(x) and runs them with node's test runner.
import {spawnSync} from 'node:child_process';
import {readdirSync, rmSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const web = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const out = `${web}/build/unit`;
rmSync(out, {recursive: true, force: true});
const tests = readdirSync(`${web}/tests/unit`).filter((name) => /\.test\.tsx?$/.test(name));
await build({
  absWorkingDir: web,
  entryPoints: tests.map((name) => `tests/unit/${name}`),
  bundle: true,
  platform: 'node',
  format: 'esm',
  outdir: out,
  outExtension: {'.js': '.mjs'},
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: {'.csv': 'text'},
  external: ['jsdom'],
  logLevel: 'warning',
});
const files = readdirSync(out).filter((name) => name.endsWith('.mjs')).map((name) => `${out}/${name}`);
process.exit(spawnSync(process.execPath, ['--test', ...files], {stdio: 'inherit', cwd: web}).status ?? 1);
