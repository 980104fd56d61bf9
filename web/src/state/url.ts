// The state of a page in its address, after the '#': a page from a file may change nothing else of it.
import type {PlanQuestion, Recipe} from '../engine/protocol.ts';

// What a reader set; what is missing is as the report has it.
export interface PageState {
  fit: number;
  law: string; // instead of the fit's; ""
  question: PlanQuestion;
  recipe: Pick<Recipe, 'loss' | 'residual'>;
  excluded: number[];
  filter: string;
}

export const emptyState: PageState = {fit: 0, law: '', question: {}, recipe: {}, excluded: [], filter: ''};

// Fields of a question that the planner of the page has.
export const questionFields = [
  'flops', 'sparsity', 'loss', 'max_active', 'max_total', 'max_tokens', 'memory', 'unique_tokens', 'inference_tokens', 'gpu', 'gpus', 'mfu', 'price_per_gpu_hour',
] as const;
export type QuestionField = (typeof questionFields)[number];

export function writeState(state: PageState): string {
  const words = new URLSearchParams();
  if (state.fit > 0) words.set('fit', String(state.fit));
  if (state.law !== '') words.set('law', state.law);
  for (const field of questionFields) {
    const value = state.question[field];
    if (value !== undefined && value !== '') words.set(field, String(value));
  }
  if (state.recipe.loss !== undefined) words.set('robust_loss', state.recipe.loss);
  if (state.recipe.residual !== undefined) words.set('residual', state.recipe.residual);
  if (state.excluded.length > 0) words.set('exclude', state.excluded.join(' '));
  if (state.filter !== '') words.set('filter', state.filter);
  return words.toString();
}

export function readState(hash: string): PageState {
  const text = hash.replace(/^#/, '');
  if (!text.includes('=')) return emptyState;
  const words = new URLSearchParams(text);
  const question: PlanQuestion = {};
  for (const field of questionFields) {
    const value = words.get(field);
    if (value !== null) Object.assign(question, {[field]: value});
  }
  const residual = words.get('residual');
  const loss = words.get('robust_loss');
  return {
    fit: Math.max(0, Math.trunc(Number(words.get('fit') ?? 0)) || 0),
    law: words.get('law') ?? '',
    question,
    recipe: {
      ...(loss === null ? {} : {loss}),
      ...(residual === 'log' || residual === 'linear' ? {residual} : {}),
    },
    excluded: (words.get('exclude') ?? '').split(' ').map(Number).filter((run) => Number.isInteger(run) && run > 0),
    filter: words.get('filter') ?? '',
  };
}
