// The engine in WebAssembly against the program: the same fits of all public tables, to the last digits
// that two C libraries can agree in.
//
//   node --test web/engine     after the presets wasm and release were built
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {WASI} from 'node:wasi';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = `${root}/build/release/isoflop`;
const bytes = readFileSync(`${root}/build/wasm/web/engine/isoflop.wasm`);

// A module of its own, as a worker has it.
async function instantiate() {
  const wasi = new WASI({version: 'preview1'});
  const page = {report: () => undefined};
  const {instance} = await WebAssembly.instantiate(bytes, {...wasi.getImportObject(), page});
  wasi.initialize(instance);
  return instance.exports;
}
const {memory, request_buffer, call, answer} = await instantiate();

function engine(request) {
  const sent = Buffer.from(JSON.stringify(request));
  const at = request_buffer(sent.length) >>> 0; // the memory may grow, and is then another buffer
  Buffer.from(memory.buffer, at).set(sent);
  const size = call() >>> 0;
  return JSON.parse(Buffer.from(memory.buffer, answer() >>> 0, size).toString());
}

function ok(request) {
  const answer = engine(request);
  assert.ok('ok' in answer, JSON.stringify(answer));
  return answer.ok;
}

function flagsOf(mapping) {
  return Object.entries(mapping).flatMap(([name, value]) => {
    if (value === '' || value === false || value === 0 || value === null) return [];
    const flag = `--${name.replaceAll('_', '-')}`;
    return value === true ? [flag] : [flag, String(value)];
  });
}

// What `isoflop ... --json` prints; null where it finds something wrong.
function printed(args) {
  const done = spawnSync(program, [...args, '--json'], {encoding: 'utf8', maxBuffer: 1 << 28});
  return done.stdout === '' ? null : JSON.parse(done.stdout);
}

const close = (a, b, relative) => Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b));

// Where the runs leave a coefficient open, any of its values is as good.
function assertSameFit(own, native) {
  assert.equal(own.usable, native.usable);
  assert.equal(own.objective.rows, native.objective.rows);
  if (!native.usable) return;
  const {sum} = native.objective;
  assert.ok(close(own.objective.sum, sum, 1e-12), `objective ${own.objective.sum}, native ${sum}`);
  const open = new Set((native.identifiability?.weak ?? []).flatMap((weak) => weak.coefficients));
  for (const [name, {value, sandwich_error}] of Object.entries(native.coefficients)) {
    if (open.has(name) || sandwich_error === null) continue;
    const other = own.coefficients[name].value;
    assert.ok(close(other, value, 1e-6), `${name} ${other}, native ${value}`);
  }
}

const {data_sets: dataSets} = JSON.parse(execFileSync(program, ['datasets', '--json'], {maxBuffer: 1 << 26}));
for (const {key, file, ships, mapping, fits} of dataSets) {
  const ownRuns = `${root}/examples/lab/${file.replace(/^lab_(.*)\.csv$/, '$1-runs.csv')}`;
  const places = [`${root}/datasets/files/${file}`, ownRuns, `${root}/../shared/data/${file}`];
  const path = places.find((place) => existsSync(place));
  const laws = [...new Set([...fits, 'hoffmann2022'].map((law) => law.split(':')[0]))];
  for (const law of laws)
    test(`${key}, ${law}`, {skip: path === undefined}, () => {
      if (ships) ok({do: 'open_example', id: 'runs', example: key});
      else ok({do: 'open', id: 'runs', files: [{name: file, text: readFileSync(path, 'utf8')}]});
      const native = printed(['fit', path, '--law', law, ...flagsOf(mapping)]);
      const own = engine({do: 'fit', id: 'fit', table: 'runs', law, mapping});
      if (native === null) assert.equal(own.kind, 'input');
      else assertSameFit(own.ok ?? assert.fail(JSON.stringify(own)), native);
    });
}

test('a plan with its intervals', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isoflop-'));
  const path = join(folder, 'fit.json');
  const runs = `${root}/examples/lab/dense-runs.csv`;
  execFileSync(program, ['fit', runs, '--law', 'hoffmann2022', '--bootstrap', '50', '-o', path], {stdio: 'ignore'});
  const native = printed(['plan', path, '--flops', '1e15']);
  ok({do: 'open', id: 'fit', files: [{name: path, text: readFileSync(path, 'utf8')}]});
  const own = ok({do: 'plan', models: ['fit'], question: {flops: 1e15}});
  rmSync(folder, {recursive: true});
  for (const name of ['N', 'D', 'loss']) {
    assert.ok(close(own[name], native[name], 1e-9), `${name} ${own[name]}, native ${native[name]}`);
    for (const method of ['percentile', 'sandwich']) {
      const ends = native.uncertainty.of[name][method];
      const mine = own.uncertainty.of[name][method];
      if (ends === null) assert.equal(mine, null);
      ends?.forEach((end, i) => assert.ok(close(mine[i], end, 1e-6), `${name} ${mine}, native ${ends}`));
    }
  }
});

// What is too much for the engine ends it; a worker says so, and another one starts.
test('running out of memory', async () => {
  const {request_buffer} = await instantiate();
  assert.throws(() => request_buffer(0xfffffff0), WebAssembly.RuntimeError);
});
