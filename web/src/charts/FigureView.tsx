// A figure: its finding as a title, what is drawn, and its panels, drawn anew when their width changes.
import {useEffect, useRef} from 'preact/hooks';
import {effect} from '@preact/signals';
import type {Figure, Panel} from '../document/figure.ts';
import type {Study} from '../state/study.ts';
import {drawSoon} from './draw_queue.ts';
import {drawPanel, type DrawnPanel, type Spot} from './panel_plot.ts';
import {savePng, saveSvg} from './save.ts';

const svgNamespace = 'http://www.w3.org/2000/svg';

// Rings around the runs that are pointed at or chosen.
function ring(drawn: DrawnPanel, study: Study): () => void {
  const layer = document.createElementNS(svgNamespace, 'g');
  layer.setAttribute('class', 'chart-rings');
  layer.setAttribute('aria-hidden', 'true');
  drawn.svg.append(layer);
  return effect(() => {
    const rings = [...study.chosen.value, ...(study.pointed.value === null ? [] : [study.pointed.value])];
    layer.replaceChildren(
      ...rings.flatMap((run) => {
        const at = drawn.find(run);
        if (!at) return [];
        const circle = document.createElementNS(svgNamespace, 'circle');
        circle.setAttribute('cx', at[0].toFixed(1));
        circle.setAttribute('cy', at[1].toFixed(1));
        circle.setAttribute('r', '7');
        return [circle];
      }),
    );
  });
}

// Runs that the filter leaves out, or that are excluded from the fit, are drawn faint or hollow.
function shade(drawn: DrawnPanel, study: Study): () => void {
  let isPlain = true; // thousands of dots need no look where there is nothing to show
  return effect(() => {
    const shown = study.matching.value;
    const excluded = study.excluded.value;
    const wasPlain = isPlain;
    isPlain = shown === null && excluded.size === 0;
    if (wasPlain && isPlain) return;
    for (const [run, circles] of drawn.dots)
      for (const circle of circles) {
        circle.classList.toggle('faint', shown !== null && !shown.has(run));
        circle.classList.toggle('excluded', excluded.has(run));
      }
  });
}

function follow(drawn: DrawnPanel, study: Study): void {
  const svg = drawn.svg as SVGSVGElement & {value?: Spot | null};
  svg.addEventListener('input', () => {
    study.pointed.value = svg.value?.run ?? null;
  });
  svg.addEventListener('pointerleave', () => {
    study.pointed.value = null;
  });
  svg.addEventListener('click', () => {
    const run = svg.value?.run ?? null;
    if (run !== null) study.toggleChosen(run);
  });
}

function PanelView({panel, figure, study, columns}: {panel: Panel; figure: Figure; study: Study; columns: number}) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    let stop: (() => void)[] = [];
    let drawnWidth = 0;
    let begun = false;
    const draw = (): void => {
      begun = true;
      const width = Math.floor(element.clientWidth);
      if (width < 50 || width === drawnWidth) return;
      drawnWidth = width;
      for (const each of stop) each();
      const height = Math.round(Math.max(270, Math.min(columns > 2 ? 280 : 400, width * 0.62)));
      const drawn = drawPanel(panel, width, height, `${figure.title}. ${figure.numbers}`, study.sayRun);
      element.replaceChildren(drawn.svg);
      follow(drawn, study);
      stop = [ring(drawn, study), shade(drawn, study)];
    };
    const observer = new ResizeObserver(() => {
      if (begun) draw();
    });
    observer.observe(element);
    const forget = drawSoon(draw);
    return () => {
      forget();
      observer.disconnect();
      for (const each of stop) each();
    };
  }, [panel]);
  return (
    <div class="panel">
      {panel.title !== '' && <h4>{panel.title}</h4>}
      <div ref={holder} class="panel-plot" />
    </div>
  );
}

export function FigureView({figure, name, study}: {figure: Figure; name: string; study: Study}) {
  const root = useRef<HTMLElement>(null);
  const save = (write: typeof saveSvg): void => {
    if (root.current) write(root.current, name, figure.title);
  };
  return (
    <figure ref={root} class="figure" id={`figure-${name}`}>
      <figcaption>
        <h3>{figure.title}</h3>
        <p class="quiet">{figure.what}</p>
      </figcaption>
      <div class={`panels columns-${Math.min(figure.columns, figure.panels.length, 3)}`}>
        {figure.panels.map((panel, i) => (
          <PanelView key={i} panel={panel} figure={figure} study={study} columns={figure.columns} />
        ))}
      </div>
      <div class="tools screen-only">
        <button type="button" onClick={() => { save(saveSvg); }}>SVG</button>
        <button type="button" onClick={() => { save(savePng); }}>PNG</button>
        <details>
          <summary>The chart in words</summary>
          <p>{figure.numbers}</p>
        </details>
      </div>
    </figure>
  );
}
