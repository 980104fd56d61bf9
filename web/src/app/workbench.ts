// The app: what was opened, how it is read, and the fit that is made of it.
import {signal} from '@preact/signals';
import type {Report} from '../document/report.ts';
import type {Engine} from '../engine/client.ts';
import {readFiles} from '../engine/files.ts';
import type {AnswerTo, Example, ListedLaw, Mapping, OpenedTable, Problem, Request} from '../engine/protocol.ts';
import {afterNextDraw} from '../charts/draw_queue.ts';
import {Session} from '../state/session.ts';
import {bakedPage} from './bake.ts';
import {saveFile} from './save_file.ts';

export interface Heading {
  title: string;
  author: string;
  notes: string;
}

export class Workbench {
  readonly examples = signal<Example[]>([]);
  readonly laws = signal<ListedLaw[]>([]);
  readonly table = signal<OpenedTable | null>(null);
  readonly mapping = signal<Mapping>({});
  readonly law = signal('');
  readonly problems = signal<Problem[]>([]);
  readonly session = signal<Session | null>(null);
  readonly busy = signal(''); // what is being done
  readonly milliseconds = signal(0); // from the drop to the first chart

  private readonly engine: Promise<Engine>;
  private comparisons: string[] = [];
  private stop: (() => void) | null = null;
  private stopWork: AbortController | null = null;
  private fits = 0;

  constructor(engine: Promise<Engine>) {
    this.engine = engine;
  }

  async start(): Promise<void> {
    const [laws, examples] = await Promise.all([this.ask({do: 'laws'}), this.ask({do: 'examples'})]);
    this.laws.value = laws?.laws ?? [];
    this.examples.value = (examples?.data_sets ?? []).filter((each) => each.ships && each.rows < 20_000);
  }

  async openFiles(dropped: readonly File[]): Promise<void> {
    const started = performance.now();
    await this.work('Reading', async () => {
      const read = await readFiles(dropped);
      const opened = await this.ask({do: 'open', id: 'runs', ...read});
      if (!opened) return;
      if (opened.kind === 'table') {
        this.takeTable(opened);
        if (opened.guess && opened.guess.problems.length === 0) await this.fitTable(started);
      } else if (opened.kind === 'fit') {
        const id = `fit${++this.fits}`;
        if (await this.ask({do: 'open', id, ...read})) await this.show([id], started);
      } else if (opened.kind === 'comparison') {
        const id = `comparison${this.comparisons.length + 1}`;
        if (await this.ask({do: 'open', id, ...read})) this.comparisons = [...this.comparisons, id];
      } else {
        this.problems.value = [{at: 'file', line: 0, column: 0, what: `this is a ${opened.kind} file: drop a table of runs, a fit file or a comparison`}];
      }
    });
  }

  async openExample(example: Example): Promise<void> {
    const started = performance.now();
    await this.work('Reading', async () => {
      const opened = await this.ask({do: 'open_example', id: 'runs', example: example.key});
      if (!opened) return;
      this.takeTable(opened);
      await this.fitTable(started);
    });
  }

  // Fits again as the form now says.
  fit(): Promise<void> {
    return this.work('Fitting', () => this.fitTable(performance.now()));
  }

  // Refits to resampled runs, over workers of their own; the report then has the intervals of the draws.
  bootstrap(replicates: number): Promise<void> {
    return this.work(`Refitting ${replicates} times`, async (signal) => {
      const engine = await this.engine;
      const fit = `fit${this.fits}`;
      const id = `fit${++this.fits}`;
      const started = performance.now();
      const answer = await engine.bootstrap({fit, id, replicates}, {
        signal,
        progress: ({done, total}) => { this.busy.value = `Refitted ${done} of ${total} times`; },
      });
      if ('problems' in answer) this.problems.value = answer.problems;
      else await this.show([id], started);
    });
  }

  cancel(): void {
    this.stopWork?.abort();
  }

  async saveFit(): Promise<void> {
    const saved = await this.ask({do: 'save', id: `fit${this.fits}`});
    if (saved) saveFile('fit.json', 'application/json', saved.text);
  }

  async saveReport(heading: Heading): Promise<void> {
    const session = this.session.peek();
    if (!session) return;
    const refit = session.isRefit.peek() ? 'refit' : `fit${this.fits}`;
    const date = new Date().toISOString().slice(0, 10);
    const report = await this.ask({do: 'report', fits: [refit], comparisons: this.comparisons, question: session.question.peek(), ...heading, date});
    if (report) saveFile('report.html', 'text/html', bakedPage(report as unknown as Report));
  }

  setField(field: keyof Mapping, value: string | boolean | number): void {
    this.mapping.value = {...this.mapping.value, [field]: value};
  }

  private takeTable(opened: OpenedTable): void {
    this.table.value = opened;
    this.mapping.value = opened.example?.mapping ?? opened.guess?.mapping ?? {};
    this.law.value = opened.example?.law ?? opened.guess?.law ?? 'hoffmann2022';
    this.endSession();
    this.problems.value = (opened.guess?.problems ?? []).map((what) => ({at: 'mapping.columns', line: 0, column: 0, what}));
    if (opened.example) this.problems.value = [];
  }

  private async fitTable(started: number): Promise<void> {
    const id = `fit${++this.fits}`;
    const fitted = await this.ask({do: 'fit', id, table: 'runs', law: this.law.value, mapping: this.mapping.value});
    if (!fitted) return;
    if (!fitted.usable) {
      this.problems.value = [{at: 'fit', line: 0, column: 0, what: fitted.message}];
      return;
    }
    await this.show([id], started);
  }

  private async show(fits: string[], started: number): Promise<void> {
    const question = this.session.peek()?.question.peek();
    const report = await this.ask({do: 'report', fits, comparisons: this.comparisons, ...(question ? {question} : {})});
    if (!report) return;
    this.endSession();
    const session = new Session(report as unknown as Report, this.engine, fits);
    this.session.value = session;
    this.stop = session.start();
    afterNextDraw(() => { this.milliseconds.value = performance.now() - started; });
  }

  private endSession(): void {
    this.stop?.();
    this.stop = null;
    this.session.value = null;
  }

  private async work(what: string, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.stopWork?.abort();
    const stop = new AbortController();
    this.stopWork = stop;
    this.busy.value = what;
    this.problems.value = [];
    try {
      await act(stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) this.problems.value = [{at: 'page', line: 0, column: 0, what: String(error)}];
    } finally {
      if (this.stopWork === stop) this.busy.value = '';
    }
  }

  // The answer; else null, and the problems are shown.
  private async ask<R extends Request>(request: R): Promise<AnswerTo<R> | null> {
    const engine = await this.engine;
    const answer = await engine.ask(request, {signal: this.stopWork?.signal});
    if ('ok' in answer) return answer.ok;
    this.problems.value = answer.problems;
    return null;
  }
}
