// The page as a file with a report in it: what `isoflop report` writes, made by the page itself.
import type {Report} from '../document/report.ts';

let source = '';

// To be called before anything of the page is changed.
export function keepPageSource(): void {
  // Read, not written: the page's own markup as it was loaded.
  // eslint-disable-next-line no-restricted-properties
  source = `<!doctype html>\n${document.documentElement.outerHTML}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

// No '<' in the JSON: a name of a run must not end its element.
export function bakedPage(report: Report, page = source): string {
  const json = JSON.stringify(report).replaceAll('<', '\\u003c');
  const words = `<h1>${escaped(report.title || 'isoflop report')}</h1><p>${escaped(report.decision)}</p><p>Its charts and tables need scripts.</p>`;
  return page
    .replace(/(<script type="application\/json" id="report">)[^<]*(<\/script>)/, (_, start: string, end: string) => start + json + end)
    .replace(/(<main id="static">)[\s\S]*?(<\/main>)/, (_, start: string, end: string) => start + words + end);
}
