#include "report/page/page_script.h"

namespace isoflop {

std::string_view page_style() {
  return R"css(
:root{--paper:#fff;--ink:#1b1b1f;--quiet:#5d6470;--line:#d5d9df;--soft:#f3f5f8;--accent:#0061a0}
@media (prefers-color-scheme:dark){:root{--paper:#14171c;--ink:#eceef1;--quiet:#a3abb8;--line:#3a414c;--soft:#1e232b;--accent:#7cc4ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 Helvetica,Arial,"Liberation Sans",sans-serif}
main,header,nav{max-width:1000px;margin:0 auto;padding:0 16px}
h1{font-size:1.7rem;line-height:1.25;margin:1.2rem 0 .4rem}h2{font-size:1.25rem;margin:2.2rem 0 .6rem}
a{color:var(--accent)}nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;list-style:none}
figure{margin:1rem 0}figure svg{width:100%;height:auto;display:block}
.scroll{overflow:auto;max-height:34rem}.runs thead th{position:sticky;top:0;background:var(--paper)}table{border-collapse:collapse;font-size:.9rem}
caption{text-align:left;color:var(--quiet);padding:.2rem 0}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
td.wrap{white-space:normal;min-width:16rem}td.number,th.number,.runs td{text-align:right;font-variant-numeric:tabular-nums}
tr.chosen td{background:var(--soft);outline:2px solid var(--accent);outline-offset:-2px}
button,input,output{font:inherit;color:inherit}
button{background:var(--soft);border:1px solid var(--line);border-radius:4px;padding:.15rem .6rem;cursor:pointer}
th button{border:0;background:none;font-weight:bold;padding:0}
input[type=search]{background:var(--paper);border:1px solid var(--quiet);border-radius:4px;padding:.2rem .5rem;width:18rem;max-width:100%}
input[type=range]{width:100%}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.planner{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:1rem;background:var(--soft);padding:1rem;border-radius:6px}
.planner dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem 1rem;margin:0}.planner dd{margin:0;font-weight:bold}
.worry{border-left:4px solid #c77700;padding-left:.8rem}.missing{color:var(--quiet);font-style:italic}
.point .chosen{opacity:1;stroke:var(--ink);stroke-width:3}
pre{background:var(--soft);padding:.8rem;overflow-x:auto;font-size:.85rem}
.script{display:none}.has-script .script{display:revert}
@media print{nav,button,input,.script{display:none!important}body{font-size:11pt}section{break-inside:avoid-page}.scroll{overflow:visible;max-height:none}}
)css";
}

std::string_view page_script() {
  return R"js(
document.documentElement.classList.add('has-script');
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const save = (name, type, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
// Numbers as the program writes them.
const digits = (value, count) => {
  if (!isFinite(value)) return 'none';
  const text = value.toPrecision(count);
  return text.includes('e') ? String(Number(text)) : String(Number(text));
};
const amount = value => {
  for (const [unit, size] of [['T', 1e12], ['B', 1e9], ['M', 1e6], ['K', 1e3]]) {
    const scaled = Number((value / size).toPrecision(3));
    if (scaled >= 1) return scaled >= 1000 && unit === 'T' ? value.toExponential(1).replace('e+', 'e') : scaled + unit;
  }
  return digits(value, 3);
};
const flops = value => Number(value.toPrecision(3)).toExponential().replace('e+', 'e');

// Charts as SVG files, tables as CSV files.
for (const button of all('button[data-svg]')) button.onclick = () => {
  const svg = document.getElementById(button.dataset.svg).querySelector('svg').cloneNode(true);
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = document.getElementById('figure-style').textContent;
  svg.prepend(style);
  save(button.dataset.svg + '.svg', 'image/svg+xml', new XMLSerializer().serializeToString(svg));
};
for (const button of all('button[data-csv]')) button.onclick = () => {
  const cell = text => /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  const rows = all('tr', document.getElementById(button.dataset.csv)).filter(row => !row.hidden);
  const value = item => cell(item.dataset.value ?? item.textContent.trim());
  save(button.dataset.csv + '.csv', 'text/csv',
       rows.map(row => [...row.cells].map(value).join(',')).join('\n') + '\n');
};

// The table of runs: sorted by a click on a header, filtered by what is typed.
for (const table of all('table.runs')) {
  const body = table.tBodies[0], heads = all('th', table);
  heads.forEach((head, column) => head.querySelector('button').onclick = () => {
    const up = head.getAttribute('aria-sort') !== 'ascending';
    heads.forEach(other => other.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const key = row => Number(row.cells[column].dataset.value);
    body.append(...[...body.rows].sort((a, b) => (up ? 1 : -1) * (key(a) - key(b))));
  });
  const search = document.getElementById(table.id + '-search');
  const count = document.getElementById(table.id + '-count');
  search.oninput = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const cells = [...row.cells].map((cell, i) => (heads[i].textContent.trim() + '=' + cell.textContent).toLowerCase());
      row.hidden = !words.every(word => word.includes('=') ? cells.includes(word) : cells.some(cell => cell.includes(word)));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = shown + ' of ' + body.rows.length + ' runs';
  };
}

// A run that is pointed at is marked in every chart and in the table.
for (const study of all('[data-study]')) {
  const said = study.querySelector('.run-said');
  const choose = run => {
    all('.chosen', study).forEach(item => item.classList.remove('chosen'));
    if (!run) return;
    all('[data-run="' + run + '"]', study).forEach(item => item.classList.add('chosen'));
    const row = study.querySelector('tr[data-run="' + run + '"]');
    if (!row || !said) return;
    const heads = all('table.runs th', study);
    said.textContent = [...row.cells].map((cell, i) => heads[i].textContent.trim() + ' ' + cell.textContent).join(', ');
  };
  study.addEventListener('pointerover', event => {
    const item = event.target.closest('[data-run]');
    if (item) choose(item.dataset.run);
  });
  study.addEventListener('focusin', event => {
    const item = event.target.closest('tr[data-run]');
    if (item) choose(item.dataset.run);
  });
}

// The optimum on a budget: roots of the exact slope, of several the nearest to the fitted runs, as
// the program has it.
const optimum = (planner, z, c) => {
  const at = n => { const [loss, slope, d] = planner([n, z, c]); return {n, loss, slope: d >= 0 && isFinite(loss) ? slope : 1, d}; };
  const high = c - Math.log(6), points = 400;
  let best = null, before = at(0);
  for (let i = 1; i < points; ++i) {
    let after = at(high * i / (points - 1));
    if (before.slope < 0 && after.slope >= 0) {
      let low = before, up = after;
      for (let step = 0; step < 200 && up.n - low.n > 1e-15 * up.n; ++step) {
        const middle = at((low.n + up.n) / 2);
        if (middle.n === low.n || middle.n === up.n) break;
        if (middle.slope < 0) low = middle; else up = middle;
      }
      up.outside = planner.outside(up.n, z, up.d);
      const nearer = best ? best.outside - up.outside : 1;
      if (nearer > 0 || (nearer === 0 && up.loss < best.loss)) best = up;
    }
    before = after;
  }
  return best && best.outside <= planner.reach ? best : null;
};
const draw = (svg, planner, z, c, best) => {
  const width = 520, height = 260, left = 50, bottom = 30, points = [];
  for (let i = 0; i <= 60; ++i) {
    const n = best.n + Math.log(16) * (i / 30 - 1), [loss, , d] = planner([n, z, c]);
    if (d >= 0 && isFinite(loss)) points.push([n, loss]);
  }
  const losses = points.map(point => point[1]), low = Math.min(...losses), up = Math.max(...losses);
  const x = n => left + (n - points[0][0]) / (points.at(-1)[0] - points[0][0]) * (width - left - 10);
  const y = loss => 10 + (up - loss) / (up - low || 1) * (height - bottom - 20);
  const text = (px, py, anchor, content) => `<text class="quiet" text-anchor="${anchor}" x="${px}" y="${py}">${content}</text>`;
  svg.innerHTML = `<path class="frame" d="M${left} 5V${height - bottom}H${width - 5}"/>` +
    `<path class="line s0" d="${points.map((p, i) => (i ? 'L' : 'M') + x(p[0]).toFixed(1) + ' ' + y(p[1]).toFixed(1)).join('')}"/>` +
    `<circle class="ring s1" r="5.5" cx="${x(best.n).toFixed(1)}" cy="${y(best.loss).toFixed(1)}"/>` +
    text(left - 6, y(up) + 4, 'end', digits(up, 3)) + text(left - 6, y(low) + 4, 'end', digits(low, 3)) +
    text(left, height - 10, 'start', amount(Math.exp(points[0][0]))) + text(x(best.n), height - 10, 'middle', amount(Math.exp(best.n))) +
    text(width - 5, height - 10, 'end', amount(Math.exp(points.at(-1)[0])));
};
const startPlanner = (id, planner) => {
  const root = document.getElementById(id), field = name => root.querySelector('[data-field=' + name + ']');
  const budget = field('budget'), sparsity = field('sparsity');
  const update = () => {
    const c = Number(budget.value) * Math.LN10, z = sparsity ? Number(sparsity.value) : 0;
    const S = -Math.expm1(-z), best = optimum(planner, z, c);
    field('flops').textContent = flops(Math.exp(c));
    budget.setAttribute('aria-valuetext', flops(Math.exp(c)) + ' FLOPs');
    if (sparsity) {
      field('share').textContent = digits(S, 4);
      sparsity.setAttribute('aria-valuetext', 'sparsity ' + digits(S, 4));
    }
    const N = best ? Math.exp(best.n) : NaN, D = best ? Math.exp(best.d) : NaN;
    for (const [name, value, write] of [['N', N, amount], ['P', N / (1 - S), amount], ['D', D, amount],
                                        ['ratio', D / N, v => digits(v, 3)], ['loss', best ? best.loss : NaN, v => digits(v, 6)]]) {
      field(name).textContent = best ? write(value) : 'none';
      field(name).dataset.value = value;
    }
    if (best) draw(field('profile'), planner, z, c, best);
  };
  budget.oninput = update;
  if (sparsity) sparsity.oninput = update;
  update();
};
)js";
}

}  // namespace isoflop
