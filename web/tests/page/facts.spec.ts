// What the page says is what the program prints: baked, planned again, and refitted.
import {expect, test, type Page} from '@playwright/test';
import {isoflop, pageOf, printed, question, sweep, sweepReport} from './program.ts';

const symbols = {N: 'active parameters N', P: 'total parameters P', S: 'sparsity S', D: 'training tokens D', 'D/N': 'tokens a parameter D/N', L: 'predicted loss, nats'};

async function card(page: Page, section: string, name: string): Promise<{value: string; interval: string}> {
  const fact = page.locator(`${section} .facts > div`, {has: page.locator('dt', {hasText: new RegExp(`^${name}$`)})});
  const interval = fact.locator('.interval');
  return {value: await fact.locator('.value').innerText(), interval: (await interval.count()) > 0 ? await interval.innerText() : ''};
}

async function expectPlan(page: Page, section: string, text: string): Promise<void> {
  for (const [symbol, name] of Object.entries(symbols)) {
    const own = printed(text, symbol);
    expect(own.value, symbol).not.toBe('');
    await expect.poll(() => card(page, section, name), {message: `${section}, ${name}`}).toEqual(own);
  }
}

test('the card, and the planner from the start, have the plan that the program prints', async ({page}) => {
  await page.goto(pageOf('facts', sweepReport()));
  const text = isoflop('plan', 'sweep.json', ...question);
  await expectPlan(page, '#decision', text);
  await expectPlan(page, '#planner', text);
});

test('another question has the answer of the program, and its command says so', async ({page}) => {
  await page.goto(pageOf('facts', sweepReport()));
  await page.fill('input[name=flops]', '3e22');
  await page.fill('input[name=max_total]', '100B');
  await page.press('input[name=max_total]', 'Tab');
  await expectPlan(page, '#planner', isoflop('plan', 'sweep.json', '--flops', '3e22', '--sparsity', 'free', '--max-total', '100B'));
  await page.getByText('This as a command').click();
  await expect(page.locator('[data-command=program]')).toHaveText('isoflop plan sweep.json --flops 3e22 --sparsity free --max-total 100B');
  await expect(page.locator('[data-command=python]')).toContainText('isf.load("sweep.json").plan(flops=3e22, sparsity="free", max_total="100B")');
});

test('the address keeps the question', async ({page, context}) => {
  await page.goto(pageOf('facts', sweepReport()));
  await page.fill('input[name=flops]', '3e22');
  await page.press('input[name=flops]', 'Tab');
  await expect.poll(() => page.url()).toContain('flops=3e22');
  const again = await context.newPage();
  await again.goto(page.url());
  await expect(again.locator('input[name=flops]')).toHaveValue('3e22');
});

test('a refit without runs is the fit of the command that the page gives', async ({page}) => {
  await page.goto(pageOf('facts', sweepReport()));
  await page.getByLabel('run 3 is fitted').uncheck();
  await page.getByLabel('run 7 is fitted').uncheck();
  await expect(page.locator('#planner [role=status]').first()).toContainText('Refitted');
  const command = await page.locator('[data-command=program]').innerText();
  const where = /--where '(.*)' -o/.exec(command)?.[1] ?? '';
  expect(where).toContain('!=');
  const text = isoflop('fit', sweep, '--law', 'hossain2025', '--level', '0.9', '--where', where, '-o', 'refit.json');
  expect(text).toContain('fitted on 138 of 140 rows');
  for (const name of ['e', 'a', 'b', 'c', 'alpha', 'beta', 'gamma']) {
    const cells = new RegExp(`^ +${name} +(\\S+) +(\\S+) +(\\S+ to \\S+)`, 'm').exec(text);
    const row = page.locator('#coefficients tbody tr', {has: page.locator('th', {hasText: new RegExp(`^${name}$`)})});
    await expect(row.locator('td').nth(0)).toHaveText(cells?.[1] ?? 'missing');
    await expect(row.locator('td').nth(1)).toHaveText(cells?.[2] ?? 'missing');
    await expect(row.locator('td').nth(2)).toHaveText(cells?.[3] ?? 'missing');
  }
  await expectPlan(page, '#planner', isoflop('plan', 'refit.json', ...question));
  await expectPlan(page, '#decision', isoflop('plan', 'refit.json', ...question));
});
