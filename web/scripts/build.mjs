// Makes dist/page.html: one file with its script, its style and the engine inside.
//
//   node scripts/build.mjs [--engine FILE.wasm]
//
// The engine is what `cmake --build --preset wasm` makes. Without it the page shows what is baked into
// it, and says that it cannot fit. It is gzipped before it is written as base64, for it is most of the file:
// the page unpacks it by the browser's own DecompressionStream.
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';

const web = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const flag = process.argv.indexOf('--engine');
const engine = resolve(flag > 0 ? process.argv[flag + 1] : `${web}/../build/wasm/web/engine/isoflop.wasm`);

const common = {
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  absWorkingDir: web,
  logLevel: 'warning',
};
const bundled = new Set(); // packages that are in the page
const text = async (options) => {
  const made = await build({...common, metafile: true, ...options});
  for (const input of Object.values(made.metafile.outputs).flatMap((output) => Object.entries(output.inputs)))
    if (input[1].bytesInOutput > 0) bundled.add(/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input[0])?.[1]);
  return made.outputFiles[0].text;
};

// The licences of these packages, each text once, as their terms ask of all copies.
function licences() {
  const names = new Map();
  for (const name of [...bundled].filter(Boolean).sort()) {
    const folder = `${web}/node_modules/${name}`;
    const {license} = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    if (!['MIT', 'ISC', 'BSD-3-Clause', 'Unlicense'].includes(license)) throw new Error(`${name} has the licence ${license}`);
    const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
    const content = readFileSync(`${folder}/${file}`, 'utf8').trim();
    names.set(content, [...(names.get(content) ?? []), name]);
  }
  const all = [...names].map(([content, each]) => `${each.join(', ')}:\n\n${content}`).join('\n\n');
  if (all.includes('--')) throw new Error('a licence has a text that would end a comment');
  return all;
}

// The worker's script is text in the page's: a page from file:// may start workers from Blobs alone.
const hasWorker = existsSync(`${web}/src/engine/worker.ts`);
const worker = hasWorker ? await text({entryPoints: ['src/engine/worker.ts']}) : '';
const plugins = [
  {
    name: 'worker-text',
    setup(builder) {
      builder.onResolve({filter: /^worker:text$/}, () => ({path: 'worker', namespace: 'worker-text'}));
      builder.onLoad({filter: /.*/, namespace: 'worker-text'}, () => ({contents: worker, loader: 'text'}));
    },
  },
];
const script = await text({
  entryPoints: ['src/main.tsx'],
  plugins,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: {'.csv': 'text'},
});
const style = await text({entryPoints: ['src/style/page.css'], format: undefined, loader: {'.css': 'css'}});

// Nothing in an inline script or style may end its element.
for (const [name, content] of [['script', script], ['style', style]])
  if (new RegExp(`</${name}`, 'i').test(content) || content.includes('<!--'))
    throw new Error(`the ${name} has a text that would end its element`);

const packed = existsSync(engine) ? gzipSync(readFileSync(engine), {level: 9}).toString('base64') : '';
const hash = createHash('sha256').update(script).digest('base64');
// Functions as replacements: "$&" in a script is no pattern.
const page = readFileSync(`${web}/src/page.html`, 'utf8')
  .replace('{{script-hash}}', () => hash)
  .replace('{{licences}}', () => licences())
  .replace('{{style}}', () => style)
  .replace('{{engine}}', () => packed)
  .replace('{{script}}', () => script);

mkdirSync(`${web}/dist`, {recursive: true});
writeFileSync(`${web}/dist/page.html`, page);
const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
console.log(
  `wrote web/dist/page.html: ${kilobytes(Buffer.byteLength(page))}, gzipped ${kilobytes(gzipSync(page, {level: 9}).length)}` +
    ` (script ${kilobytes(script.length)}, engine ${packed ? kilobytes(packed.length) : 'none'})`,
);
