// The app: from a dropped table to a report of it that can be saved and opened again.
import {readFileSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {expect, test} from '@playwright/test';
import {folder, isoflop, pageOf, sweep} from './program.ts';

test('a dropped table is mapped, fitted and reported, and the report can be saved', async ({page}) => {
  await page.goto(pageOf('app', null));
  await page.setInputFiles('#file', sweep);
  await expect(page.locator('#decision h1')).toContainText('Train');
  const fitted = isoflop('fit', sweep, '--law', 'hossain2025');
  const alpha = /^ +alpha +(\S+)/m.exec(fitted)?.[1] ?? 'missing';
  const row = page.locator('#coefficients tbody tr', {has: page.locator('th', {hasText: /^alpha$/})});
  await expect(row.locator('td').first()).toHaveText(alpha);

  await page.getByText('Save the report or the fit').click();
  await page.getByLabel('title').fill('Saved <b>here</b>');
  const download = page.waitForEvent('download');
  await page.getByRole('button', {name: 'Save the report'}).click();
  const path = resolve(folder, 'saved.html');
  await (await download).saveAs(path);
  await page.goto(`file://${path}`);
  await expect(page.locator('.masthead strong')).toHaveText('Saved <b>here</b>');
  await expect(page.locator('#coefficients tbody tr td').first()).not.toBeEmpty();
});

test('the fit file of the app is one that the program reads', async ({page}) => {
  await page.goto(pageOf('app', null));
  await page.setInputFiles('#file', sweep);
  await page.getByText('Save the report or the fit').click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', {name: 'Save the fit file'}).click();
  await (await download).saveAs(resolve(folder, 'saved.json'));
  expect(isoflop('plan', 'saved.json', '--flops', '1e22')).toContain('training tokens');
});

test('a cell that is no number is pointed at', async ({page}) => {
  const lines = readFileSync(sweep, 'utf8').split('\n');
  lines[4] = (lines[4] ?? '').replace(/[^,]*$/, 'oops');
  const path = resolve(folder, 'broken.csv');
  writeFileSync(path, lines.join('\n'));
  await page.goto(pageOf('app', null));
  await page.setInputFiles('#file', path);
  await expect(page.locator('[role=alert]')).toContainText('oops');
  await page.getByRole('button', {name: 'Fit', exact: true}).click();
  await expect(page.locator('.bad-cell')).toHaveText('oops');
});

test('with scripts off the static report is shown', async ({browser}) => {
  const context = await browser.newContext({javaScriptEnabled: false});
  const page = await context.newPage();
  await page.goto(pageOf('static', null, '<h1>Train 22B</h1>'));
  await expect(page.locator('#static h1')).toHaveText('Train 22B');
  await context.close();
});
