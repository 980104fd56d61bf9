// A page at work: its report, what the reader changed of it, and the engine's answers to that.
import {computed, effect, signal, type Signal} from '@preact/signals';
import type {FitPart, Report, ReportPlan} from '../document/report.ts';
import type {PlanResult} from '../document/results.ts';
import type {Engine} from '../engine/client.ts';
import type {Answer, PlanQuestion, Problem, ProfileDocument, Recipe, Request, AnswerTo} from '../engine/protocol.ts';
import {fitFileOf} from './fit_file.ts';
import {renumbered} from './refit.ts';
import {Study} from './study.ts';
import {readState, writeState, type PageState} from './url.ts';

// An answer, or why there is none.
export interface Outcome<T> {
  value: T | null;
  problems: Problem[];
}

export interface Planned {
  plan: PlanResult | null;
  profile: ProfileDocument | null;
  problems: Problem[];
}

const nothing: Planned = {plan: null, profile: null, problems: []};

export class Session {
  readonly report: Signal<Report>;
  readonly place = signal(0); // of the fit that is shown
  readonly study: Signal<Study>;
  readonly question = signal<PlanQuestion>({});
  readonly law = signal(''); // that the planner asks instead of the fit
  readonly recipe = signal<Pick<Recipe, 'loss' | 'residual'>>({});
  readonly planned = signal<Planned>(nothing);
  readonly refitting = signal(false);
  readonly refitProblems = signal<Problem[]>([]);
  readonly refitMilliseconds = signal(0);
  readonly laws = signal<string[]>([]);
  readonly engine: Promise<Engine> | null;

  // The fit in the engine that the page shows now: the report's, or the refit.
  private readonly model = signal<string | null>(null);
  private readonly opened = new Map<string, Promise<boolean>>();
  private stopPlan: AbortController | null = null;
  private stopRefit: AbortController | null = null;
  // Ids of the report's fits that are in the engine already, in their order.
  private readonly open: readonly string[];

  constructor(report: Report, engine: Promise<Engine> | null, open: readonly string[] = []) {
    this.report = signal(report);
    this.engine = engine;
    this.open = open;
    this.study = signal(new Study(partAt(report, 0), engine !== null));
    this.question.value = questionOf(partAt(report, 0));
  }

  // Whether plans and refits can be made here.
  readonly isLive = computed(() => this.engine !== null && (this.open.length > 0 || this.study.value.original.runs.every === 1));
  readonly isRefit = computed(
    () => this.study.value.excluded.value.size > 0 || Object.keys(this.recipe.value).length > 0,
  );

  // Whether the planner answers something else than the report's decision.
  readonly isAsked = computed(() => this.law.value !== '' || this.question.value !== questionOf(this.study.value.original));

  // Follows what the reader does, from the state in the address on. Returns what ends it.
  start(): () => void {
    this.restore(readState(location.hash));
    const stops = [
      effect(() => { this.writeAddress(); }),
      effect(() => { void this.refit([...this.study.value.excluded.value], this.recipe.value); }),
      effect(() => { void this.plan(this.law.value || this.model.value, this.question.value); }),
    ];
    const follow = (): void => {
      if (location.hash.includes('=') && location.hash.slice(1) !== writeState(this.state())) this.restore(readState(location.hash));
    };
    addEventListener('hashchange', follow);
    void this.listLaws();
    return () => {
      removeEventListener('hashchange', follow);
      for (const stop of stops) stop();
    };
  }

  choose(place: number): void {
    const part = partAt(this.report.value, place);
    this.place.value = place;
    this.study.value = new Study(part, this.engine !== null);
    this.recipe.value = {};
    this.law.value = '';
    this.question.value = questionOf(part);
  }

  ask(field: keyof PlanQuestion, value: string): void {
    const {[field]: _, ...rest} = this.question.value;
    this.question.value = value.trim() === '' ? rest : {...this.question.value, [field]: value.trim()};
  }

  state(): PageState {
    const study = this.study.value;
    const same = this.question.value === questionOf(study.original);
    return {
      fit: this.place.value,
      law: this.law.value,
      question: same ? {} : this.question.value,
      recipe: this.recipe.value,
      excluded: [...study.excluded.value],
      filter: study.filter.value,
    };
  }

  private restore(state: PageState): void {
    if (state.fit !== this.place.value && state.fit < this.report.value.fits.length) this.choose(state.fit);
    const known = new Set(this.study.value.original.runs.rows);
    this.study.value.excluded.value = new Set(state.excluded.filter((run) => known.has(run)));
    this.study.value.filter.value = state.filter;
    this.recipe.value = state.recipe;
    this.law.value = state.law;
    if (Object.keys(state.question).length > 0) this.question.value = state.question;
  }

  private writeAddress(): void {
    const text = writeState(this.state());
    if (text === location.hash.slice(1) || (text === '' && !location.hash.includes('='))) return;
    history.replaceState(null, '', `#${text}`);
  }

  private async call<R extends Request>(request: R, signal?: AbortSignal): Promise<Outcome<AnswerTo<R>>> {
    if (!this.engine) return {value: null, problems: []};
    const engine = await this.engine;
    const answer: Answer<AnswerTo<R>> = await engine.ask(request, {signal});
    return 'problems' in answer ? {value: null, problems: answer.problems} : {value: answer.ok, problems: []};
  }

  private async listLaws(): Promise<void> {
    const found = await this.call({do: 'laws'});
    if (!found.value) return;
    this.laws.value = found.value.laws
      .filter((law) => law.predicts.name === 'loss' && law.sets.length > 0)
      .flatMap((law) => law.sets.map((set) => `${law.key}:${set}`));
  }

  // The fit of the report, opened in the engine when it is first needed.
  private idOf(place: number): string {
    return this.open[place] ?? `fit${place}`;
  }

  private openFit(place: number, part: FitPart): Promise<boolean> {
    const id = this.idOf(place);
    if (this.open.includes(id)) return Promise.resolve(true);
    const known = this.opened.get(id);
    if (known) return known;
    const text = fitFileOf(part);
    const opening =
      text === null
        ? Promise.resolve(false)
        : this.call({do: 'open', id, files: [{name: part.source || `${id}.json`, text}]}).then((opened) => {
            this.refitProblems.value = opened.problems;
            return opened.value !== null;
          });
    this.opened.set(id, opening);
    return opening;
  }

  private async refit(excluded: number[], recipe: Recipe): Promise<void> {
    this.stopRefit?.abort();
    const study = this.study.peek();
    const place = this.place.peek();
    if (!this.isLive.peek()) return;
    if (excluded.length === 0 && Object.keys(recipe).length === 0) {
      study.part.value = study.original;
      this.refitting.value = false;
      this.refitProblems.value = [];
      if (await this.openFit(place, study.original)) this.model.value = this.idOf(place);
      return;
    }
    const stop = new AbortController();
    this.stopRefit = stop;
    const isOld = (): boolean => stop.signal.aborted;
    this.refitting.value = true;
    try {
      if (!(await this.openFit(place, study.original))) return;
      const started = performance.now();
      const level = study.original.fit.intervals?.level;
      const request = {do: 'fit', id: 'refit', fit: this.idOf(place), exclude: excluded.map((run) => run - 1), recipe, ...(level === undefined ? {} : {level})} as const;
      const fitted = await this.call(request, stop.signal);
      this.refitProblems.value = fitted.problems;
      if (!fitted.value || isOld()) return;
      const question = this.question.peek();
      // At once, before plans and charts follow.
      study.part.value = {...study.part.peek(), fit: fitted.value as unknown as FitPart['fit']};
      this.refitMilliseconds.value = performance.now() - started;
      this.model.value = null;
      this.model.value = 'refit';
      const reported = await this.call({do: 'report', fits: ['refit'], question}, stop.signal);
      if (isOld()) return;
      this.refitProblems.value = reported.problems;
      const part = (reported.value as unknown as Report | null)?.fits[0];
      if (part) study.part.value = renumbered(study.original, part, new Set(excluded));
    } catch (error) {
      if (!isOld()) throw error;
    } finally {
      if (this.stopRefit === stop) this.refitting.value = false;
    }
  }

  private async plan(model: string | null, question: PlanQuestion): Promise<void> {
    this.stopPlan?.abort();
    if (model === null || !this.engine) return;
    const stop = new AbortController();
    this.stopPlan = stop;
    try {
      const [plan, profile] = await Promise.all([
        this.call({do: 'plan', models: [model], question}, stop.signal),
        this.call({do: 'profile', models: [model], question: profileQuestion(question), axis: 'N'}, stop.signal),
      ]);
      if (stop.signal.aborted) return;
      const answer = plan.value;
      const single = answer !== null && 'N' in answer ? (answer as unknown as PlanResult) : null;
      this.planned.value = {plan: single, profile: profile.value, problems: plan.problems};
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  }
}

// Limits would hide the other sizes.
function profileQuestion(question: PlanQuestion): PlanQuestion {
  const {flops, sparsity, cost, inputs} = question;
  return {
    ...(flops === undefined ? {} : {flops}),
    ...(sparsity === undefined ? {} : {sparsity}),
    ...(cost === undefined ? {} : {cost}),
    ...(inputs === undefined ? {} : {inputs}),
  };
}

function partAt(report: Report, place: number): FitPart {
  const part = report.fits[place] ?? report.fits[0];
  if (!part) throw new Error('the report has no fit');
  return part;
}

// What the decision answers, to start from.
export function questionOf(part: FitPart): PlanQuestion {
  const plan: ReportPlan | undefined = part.plans.at(-1);
  return plan?.question ?? noQuestion;
}

const noQuestion: PlanQuestion = {};
