// The program beside the page: makes the documents that the page shows, and says what it prints.
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Report} from '../../src/document/report.ts';

const web = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const root = resolve(web, '..');
export const folder = resolve(web, 'build/page');
const program = process.env['ISOFLOP'] ?? resolve(root, 'build/release/isoflop');

mkdirSync(folder, {recursive: true});

export const sweep = resolve(root, 'examples/moe-sweep.csv');

export function isoflop(...args: string[]): string {
  return execFileSync(program, args, {cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
}

// The page with a document in it, as `isoflop report` writes it.
export function pageOf(name: string, report: Report | null, words = ''): string {
  const page = readFileSync(resolve(web, 'dist/page.html'), 'utf8');
  const json = report ? JSON.stringify(report).replaceAll('<', '\\u003c') : '';
  const path = resolve(folder, `${name}.html`);
  const baked = page
    .replace('<script type="application/json" id="report"></script>', () => `<script type="application/json" id="report">${json}</script>`)
    .replace('<main id="static"></main>', () => `<main id="static">${words}</main>`);
  writeFileSync(path, baked);
  return `file://${path}`;
}

export const question = ['--flops', '1e23', '--sparsity', 'free', '--max-total', '270B'];

let made: Report | null = null;
export function sweepReport(): Report {
  if (!made) {
    isoflop('fit', sweep, '--law', 'hossain2025', '--level', '0.9', '-o', 'sweep.json');
    isoflop('report', 'sweep.json', ...question, '--title', 'A sweep', '-o', 'sweep.report.json');
    made = JSON.parse(readFileSync(resolve(folder, 'sweep.report.json'), 'utf8')) as Report;
  }
  return structuredClone(made);
}

// What the program prints beside a name: "active parameters   N    22.3B   19.8B to 25B".
export function printed(text: string, symbol: string): {value: string; interval: string} {
  const line = text.split('\n').find((each) => new RegExp(`\\s{2,}${symbol.replace('/', '\\/')}\\s{2,}`).test(each)) ?? '';
  const cells = line.trim().split(/\s{2,}/).filter((cell) => !cell.startsWith('('));
  return {value: cells[2]?.split(' ')[0] ?? '', interval: cells[3] ?? ''};
}
