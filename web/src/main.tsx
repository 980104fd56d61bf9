// Starts the page: a report where one is baked in, else the app.
import {render} from 'preact';
import {AppPage} from './app/AppPage.tsx';
import {keepPageSource} from './app/bake.ts';
import {Workbench} from './app/workbench.ts';
import type {Report} from './document/report.ts';
import {engineOfPage} from './engine_of_page.ts';
import {ReportPage} from './report/ReportPage.tsx';
import {Session} from './state/session.ts';

function baked(): Report | null {
  const text = document.getElementById('report')?.textContent.trim() ?? '';
  if (text === '') return null;
  const report = JSON.parse(text) as Report | null;
  return report && Array.isArray(report.fits) && report.fits.length > 0 ? report : null;
}

// Section links scroll by themselves: the address after '#' has the state of the page.
function followSectionLinks(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const target = link && document.getElementById(link.getAttribute('href')?.slice(1) ?? '');
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView();
    target.querySelector<HTMLElement>('h1, h2')?.setAttribute('tabindex', '-1');
    target.querySelector<HTMLElement>('h1, h2')?.focus({preventScroll: true});
  });
}

function start(): void {
  const root = document.getElementById('page');
  if (!root) return;
  keepPageSource();
  const report = baked();
  const engine = engineOfPage();
  if (report) {
    const session = new Session(report, engine);
    document.title = report.title || report.decision || 'isoflop report';
    render(<ReportPage session={session} report={session.report} />, root);
    session.start();
  } else if (engine) {
    const bench = new Workbench(engine);
    render(<AppPage bench={bench} />, root);
    void bench.start();
  } else {
    render(<main class="wide"><h1>This page was made without its engine, and has no report in it.</h1></main>, root);
  }
  // What C++ wrote for readers without scripts has done its duty.
  document.getElementById('static')?.remove();
  followSectionLinks();
  document.documentElement.dataset['ready'] = '';
}

start();
