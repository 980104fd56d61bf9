// A page on a fit in a real browser: nothing is asked of the network, nothing is said on the console,
// sliders give the program's numbers, runs are found, tables sort and filter, downloads are whole,
// and it can be used in light and dark, on a phone, in print, by keyboard and by a screen reader.
//
//   node check.mjs PROGRAM FOLDER    FOLDER gets the pages, screenshots and a PDF
import {execFileSync} from 'node:child_process';
import {createRequire} from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import {chromium} from 'playwright-core';

const [program, folder] = process.argv.slice(2).map(item => path.resolve(item));
const root = path.resolve(import.meta.dirname, '../..');
const isoflop = (...words) => execFileSync(program, words, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
fs.mkdirSync(folder, {recursive: true});
const fit = path.join(folder, 'fit.json'), report = path.join(folder, 'report.html');
isoflop('fit', path.join(root, 'examples/moe-sweep.csv'), '--law', 'hossain2025', '--bootstrap', '50', '-o', fit);
const comparison = path.join(folder, 'comparison.json');
isoflop('compare', path.join(root, 'examples/moe-sweep.csv'), '--laws', 'hossain2025,hoffmann2022', '--holdout', 'top:20%:C', '-o', comparison);
isoflop('report', fit, comparison, '-o', report);

let passed = 0, failed = 0;
const check = (what, holds, seen = '') => {
  if (holds) ++passed; else ++failed;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${what}${holds ? '' : ': ' + seen}`);
};
const near = (a, b, relative) => Math.abs(a / b - 1) < relative;

const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']});
const open = async options => {
  const context = await browser.newContext({acceptDownloads: true, ...options});
  const page = await context.newPage();
  const said = [], asked = [];
  page.on('console', message => said.push(message.text()));
  page.on('pageerror', error => said.push(error.message));
  page.on('request', request => { if (!request.url().startsWith('file:') && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) asked.push(request.url()); });
  await page.goto('file://' + report);
  return {page, said, asked};
};

for (const colorScheme of ['light', 'dark'])
  for (const width of [360, 1440]) {
    const {page, said, asked} = await open({colorScheme, viewport: {width, height: 900}});
    const name = `${colorScheme} at ${width} pixels`;
    check(`${name}: no message on the console`, said.length === 0, said.join('; '));
    check(`${name}: no request`, asked.length === 0, asked.join(' '));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(`${name}: nothing wider than the window`, over <= 0, over);
    await page.screenshot({path: path.join(folder, `${colorScheme}-${width}.png`), fullPage: true});
    await page.addScriptTag({path: createRequire(import.meta.url).resolve('axe-core/axe.min.js')});
    const faults = await page.evaluate(async () => (await axe.run()).violations
      .filter(fault => ['serious', 'critical'].includes(fault.impact))
      .map(fault => `${fault.id} (${fault.nodes.length}): ${fault.nodes[0].html.slice(0, 120)}`));
    check(`${name}: no serious fault of accessibility`, faults.length === 0, faults.join('; '));
    await page.close();
  }

{
  const {page} = await open({viewport: {width: 1200, height: 900}});
  // Sliders give what the program plans, to 1e-9.
  for (const [budget, z] of [['20.5', '0'], ['22', '2.3'], ['24.25', '0.7']]) {
    const set = (field, value) => page.locator(`[data-field=${field}]`).evaluate((input, v) => {
      input.value = v;
      input.dispatchEvent(new Event('input'));
    }, value);
    await set('budget', budget);
    await set('sparsity', z);
    const exact = await page.locator('[data-field=budget]').evaluate(input => Math.exp(Number(input.value) * Math.LN10));
    const S = await page.locator('[data-field=sparsity]').evaluate(input => -Math.expm1(-Number(input.value)));
    const plan = JSON.parse(isoflop('plan', fit, '--flops', String(exact), '--sparsity', String(S), '--json'));
    for (const field of ['N', 'P', 'D', 'loss']) {
      const shown = Number(await page.locator(`dd[data-field=${field}]`).getAttribute('data-value'));
      check(`10^${budget} FLOPs, z = ${z}: ${field}`, near(shown, plan[field], 1e-9), `${shown} for ${plan[field]}`);
    }
  }
  // A run that is pointed at is marked in the charts and in the table.
  await page.locator('#s0-figure-fit use[data-run="17"]').hover({force: true});
  const chosen = await page.locator('.chosen[data-run="17"]').count();
  check('a run is marked everywhere', chosen >= 4, chosen);
  check('its row is said', (await page.locator('.run-said').textContent()).startsWith('run 17'));
  // The table of runs.
  const losses = () => page.locator('table.runs tbody tr:not([hidden])').evaluateAll(rows => rows.map(row => Number(row.cells[4].dataset.value)));
  const head = page.locator('table.runs th button', {hasText: /^loss$/});
  await head.focus();
  await page.keyboard.press('Enter');
  const up = await losses();
  check('the table sorts by keyboard', up.length === 140 && up.every((loss, i) => i === 0 || up[i - 1] <= loss));
  await page.locator('input[type=search]').fill('S=0.9');
  check('the table filters', (await losses()).length === 28, (await losses()).length);
  // The comparison of laws on the same runs.
  await page.locator('a', {hasText: 'Against other laws'}).click();
  check('the answer leads to the comparison', await page.locator('#c0-compare').evaluate(head => Math.abs(head.getBoundingClientRect().top) < innerHeight));
  await page.locator('#c0').screenshot({path: path.join(folder, 'comparison.png')});
  // Downloads.
  const saved = async selector => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator(selector).first().click()]);
    return fs.readFileSync(await download.path(), 'utf8');
  };
  const svg = await saved('button[data-svg]');
  check('a chart is saved whole', svg.startsWith('<svg') && svg.includes('<style') && svg.includes('</svg>'));
  const csv = await saved('button[data-csv="s0-run-table"]');
  check('the table is saved as it is shown', csv.trim().split('\n').length === 29 && csv.startsWith('run,'), csv.slice(0, 60));
  await page.pdf({path: path.join(folder, 'report.pdf')});
  check('it prints', fs.statSync(path.join(folder, 'report.pdf')).size > 50000);
  await page.close();
}

{
  const {page} = await open({javaScriptEnabled: false});
  check('without scripts the charts are there', (await page.locator('figure svg').count()) >= 8);
  check('without scripts nothing that needs them is', !(await page.locator('button[data-svg]').first().isVisible()));
  check('without scripts the plan is there', (await page.locator('pre').first().textContent()).includes('compute-optimal'));
  await page.close();
}

await browser.close();
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
